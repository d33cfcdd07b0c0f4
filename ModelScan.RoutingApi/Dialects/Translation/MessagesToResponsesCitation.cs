using System.Buffers;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A citation of a Messages answer as an annotation of Responses. Both know citations of web pages; what Anthropic cites of the
/// request's own documents has no place in Responses, whose file citations name uploaded files.
/// </summary>
internal static class MessagesToResponsesCitation
{
    /// <summary>Makes an annotation, on a single line.</summary>
    /// <param name="citation"><c>{"type": "web_search_result_location", "url": "…", "title": "…", "cited_text": "…"}</c></param>
    /// <param name="start">Where the text that it supports begins in its part, in code points (<see cref="CodePoints"/>).</param>
    /// <param name="end">Where that text ends.</param>
    /// <returns><see langword="null"/> for other kinds of citations.</returns>
    public static byte[]? ToAnnotation(AnswerField citation, int start, int end)
    {
        if (citation.FindText("type") != "web_search_result_location" || citation.Find("url") is not { IsText: true })
            return null;
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            json.WriteNumber("start_index"u8, start);
            json.WriteNumber("end_index"u8, end);
            json.WritePropertyName("url"u8);
            json.WriteRawValue(citation.FindToken("url"), skipInputValidation: true);
            json.WritePropertyName("title"u8);
            json.WriteRawValue(citation.FindToken("title"), skipInputValidation: true);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Makes an annotation of a citation's JSON; <see langword="null"/> also where it is none.</summary>
    public static byte[]? ToAnnotation(byte[] citation, int start, int end)
    {
        byte[]? annotation = null;
        AnswerField.Read(citation, field => annotation = ToAnnotation(field, start, end));
        return annotation;
    }
}
