using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A place that an answer cites. Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html):
/// <c>{"title": "…", "source": "…", "sourceContent": [{"text": "…"}], "location": {"documentChar": {"documentIndex": 0, "start": 0, "end": 9}}}</c>;
/// Anthropic: <c>{"type": "char_location", "cited_text": "…", "document_index": 0, "document_title": "…", "start_char_index": 0, …}</c>.
/// </summary>
internal static class ConverseToMessagesCitation
{
    /// <summary>Writes a citation.</summary>
    /// <returns>Whether it is of a kind that Anthropic's format has; nothing is written otherwise.</returns>
    public static bool TryWrite(Utf8JsonWriter json, AnswerField citation)
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
        else if (location.FindObject("web") is { } page && page.FindText("url") is { } url)
            UrlCitation.WriteForMessages(json, url, citation.FindText("title"), CitedText(citation));
        else
            return false;
        return true;
    }

    /// <summary>A citation of a stream's delta as JSON; empty where Anthropic's format has no such kind.</summary>
    public static byte[] Read(ReadOnlySpan<byte> citation)
    {
        using var document = JsonDocument.Parse(citation.ToArray(), WireJson.Reading);
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        var isOne = TryWrite(json, new AnswerField(document.RootElement));
        json.Flush();
        return isOne ? output.WrittenSpan.ToArray() : [];
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
