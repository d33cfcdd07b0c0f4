using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A page that an answer cites. OpenAI: <c>{"type": "url_citation", "url_citation": {"start_index": 0, "end_index": 9, "url": "…", "title":
/// "…"}}</c> beside the text; Anthropic: <c>{"type": "web_search_result_location", "url": "…", "title": "…", "cited_text": "…",
/// "encrypted_index": "…"}</c> with the text that cites it.
/// </summary>
internal static class UrlCitation
{
    /// <summary>Writes the <c>citations</c> member of a text block, if any of <paramref name="annotations"/> is one.</summary>
    public static void WriteForMessages(Utf8JsonWriter json, string text, IEnumerable<AnswerField> annotations)
    {
        var any = false;
        foreach (var annotation in annotations)
        {
            if (annotation.FindObject("url_citation") is not { } cited || cited.FindText("url") is not { } url)
                continue;
            if (!any)
                json.WriteStartArray("citations"u8);
            any = true;
            WriteForMessages(json, url, cited.FindText("title"), CitedText(text, cited));
        }

        if (any)
            json.WriteEndArray();
    }

    /// <summary>Writes one citation in Anthropic's form.</summary>
    public static void WriteForMessages(Utf8JsonWriter json, string url, string? title, string citedText)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("url"u8, url);
        json.WriteString("title"u8, title);
        json.WriteString("cited_text"u8, citedText);
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
    }

    /// <summary>Writes one citation in OpenAI's form.</summary>
    /// <param name="json">The writer, in an array.</param>
    /// <param name="citation">Anthropic's citation.</param>
    /// <param name="start">Where the citing text begins in the whole answer, in code points (<see cref="CodePoints"/>).</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>Whether it is a citation that OpenAI's form can hold: one of a page.</returns>
    public static bool TryWriteForChat(Utf8JsonWriter json, AnswerField citation, int start, int end)
    {
        if (citation.FindText("url") is not { } url)
            return false;
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteNumber("start_index"u8, start);
        json.WriteNumber("end_index"u8, end);
        json.WriteString("url"u8, url);
        json.WriteString("title"u8, citation.FindText("title") ?? "");
        json.WriteEndObject();
        json.WriteEndObject();
        return true;
    }

    private static string CitedText(string text, AnswerField cited) =>
        cited.Find("start_index") is { Value.ValueKind: JsonValueKind.Number } from && from.Value.TryGetInt32(out var start)
        && cited.Find("end_index") is { Value.ValueKind: JsonValueKind.Number } to && to.Value.TryGetInt32(out var end)
            ? CodePoints.Slice(text, start, end).ToString()
            : "";
}
