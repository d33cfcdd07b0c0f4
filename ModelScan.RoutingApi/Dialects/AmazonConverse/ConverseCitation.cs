using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// A place that an answer cites. Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html):
/// <c>{"title": "…", "source": "…", "sourceContent": [{"text": "…"}], "location": {"documentChar": {"documentIndex": 0, "start": 0, "end": 9}}}</c>;
/// Anthropic: <c>{"type": "char_location", "cited_text": "…", "document_index": 0, "document_title": "…", "start_char_index": 0, …}</c>.
/// </summary>
internal static class ConverseCitation
{
    /// <summary>Reads a citation, with its form in Anthropic's words; <see langword="null"/> for kinds that those do not have.</summary>
    public static AnswerCitation? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = AnswerField.Open(json);
            var citation = new AnswerField(document.RootElement);
            var web = citation.FindObject("location")?.FindObject("web");
            var read = new AnswerCitation(web?.FindText("url"), citation.FindText("title")) { CitedText = CitedText(citation) };
            if (read.Url is not null)
                return read;
            var output = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(output, WireJson.Options);
            if (!TryWrite(writer, citation))
                return null;
            writer.Flush();
            return read with { InMessages = output.WrittenSpan.ToArray() };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryWrite(Utf8JsonWriter json, AnswerField citation)
    {
        if (citation.FindObject("location") is not { } location)
            return false;
        if (location.FindObject("documentChar") is { } characters)
            WriteDocument(json, citation, characters, "char_location", "start_char_index", "end_char_index");
        else if (location.FindObject("documentPage") is { } pages)
            WriteDocument(json, citation, pages, "page_location", "start_page_number", "end_page_number");
        else if (location.FindObject("documentChunk") is { } chunks)
            WriteDocument(json, citation, chunks, "content_block_location", "start_block_index", "end_block_index");
        else if (location.FindObject("searchResultLocation") is { } result)
            WriteSearchResult(json, citation, result);
        else
            return false;
        return true;
    }

    private static void WriteDocument(Utf8JsonWriter json, AnswerField citation, AnswerField place, string type, string start, string end)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("cited_text"u8, CitedText(citation));
        json.WriteNumber("document_index"u8, place.Count("documentIndex"));
        json.WriteString("document_title"u8, citation.FindText("title"));
        json.WriteNumber(start, place.Count("start"));
        json.WriteNumber(end, place.Count("end"));
        json.WriteEndObject();
    }

    private static void WriteSearchResult(Utf8JsonWriter json, AnswerField citation, AnswerField place)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "search_result_location"u8);
        json.WriteString("cited_text"u8, CitedText(citation));
        json.WriteString("source"u8, citation.FindText("source") ?? "");
        json.WriteString("title"u8, citation.FindText("title"));
        json.WriteNumber("search_result_index"u8, place.Count("searchResultIndex"));
        json.WriteNumber("start_block_index"u8, place.Count("start"));
        json.WriteNumber("end_block_index"u8, place.Count("end"));
        json.WriteEndObject();
    }

    private static string CitedText(AnswerField citation)
    {
        var text = new StringBuilder();
        foreach (var part in citation.Items("sourceContent"))
            text.Append(part.FindText("text"));
        return text.ToString();
    }
}
