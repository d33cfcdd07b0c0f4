using System.Buffers;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// An annotation of a response as a citation of Messages. Both know citations of web pages; OpenAI's files and containers are unknown to
/// Anthropic's clients.
/// </summary>
internal static class ResponsesToMessagesCitation
{
    /// <summary>Makes a citation, on a single line.</summary>
    /// <param name="annotation"><c>{"type": "url_citation", "url": "…", "title": "…", "start_index": 0, "end_index": 9}</c></param>
    /// <returns><see langword="null"/> for other kinds of annotations.</returns>
    public static byte[]? ToCitation(AnswerField annotation)
    {
        if (annotation.FindText("type") != "url_citation" || annotation.Find("url") is not { IsText: true })
            return null;
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "web_search_result_location"u8);
            json.WritePropertyName("url"u8);
            json.WriteRawValue(annotation.FindToken("url"), skipInputValidation: true);
            json.WritePropertyName("title"u8);
            json.WriteRawValue(annotation.FindToken("title"), skipInputValidation: true);

            // OpenAI tells neither what the page says nor where in the search it was found.
            json.WriteString("cited_text"u8, ""u8);
            json.WriteString("encrypted_index"u8, ""u8);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Makes a citation of an annotation's JSON.</summary>
    public static byte[]? ToCitation(ReadOnlySpan<byte> annotation)
    {
        byte[]? citation = null;
        AnswerField.Read(annotation.ToArray(), field => citation = ToCitation(field));
        return citation;
    }
}
