using System.Buffers;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Citations of web pages: <c>{"type": "url_citation", "url_citation": {"url", "title", "start_index", "end_index"}}</c>. Responses has the same
/// fields without the inner object.
/// </summary>
internal static class ChatAnnotation
{
    /// <summary>Reads an annotation of either API; <see langword="null"/> for one that is not of a page.</summary>
    public static AnswerCitation? Read(JsonElement annotation)
    {
        var field = new AnswerField(annotation);
        var cited = field.FindObject("url_citation") ?? field;
        if (field.FindText("type") is { } type && type != "url_citation" || cited.FindText("url") is not { } url)
            return null;
        return new AnswerCitation(url, cited.FindText("title")) { Range = Index(cited, "start_index") is { } start && Index(cited, "end_index") is { } end ? (start, end) : null };
    }

    /// <summary>An annotation as JSON on one line.</summary>
    /// <param name="citation">A citation with an address.</param>
    /// <param name="range">Where the text that names it begins and ends, in code points.</param>
    /// <param name="isNested">Whether it is for Chat Completions, not for Responses.</param>
    public static byte[] ToJson(AnswerCitation citation, (int Start, int End) range, bool isNested)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        if (isNested)
            json.WriteStartObject("url_citation"u8);
        json.WriteNumber("start_index"u8, range.Start);
        json.WriteNumber("end_index"u8, range.End);
        json.WriteString("url"u8, citation.Url);
        json.WriteString("title"u8, citation.Title ?? "");
        if (isNested)
            json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static int? Index(AnswerField cited, string name) =>
        cited.Find(name) is { Value.ValueKind: JsonValueKind.Number } index && index.Value.TryGetInt32(out var number) ? number : null;
}
