using System.Buffers;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// A citation of a text block (https://docs.anthropic.com/en/docs/build-with-claude/citations). A page:
/// <c>{"type": "web_search_result_location", "url": "…", "title": "…", "cited_text": "…", "encrypted_index": "…"}</c>; others are places in the
/// request's own documents, which no other format has.
/// </summary>
internal static class MessagesCitation
{
    /// <summary>Reads a citation; <see langword="null"/> where the JSON is none.</summary>
    public static AnswerCitation? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = AnswerField.Open(json);
            var field = new AnswerField(document.RootElement);
            return new AnswerCitation(field.FindText("url"), field.FindText("title") ?? field.FindText("document_title")) { CitedText = field.FindText("cited_text") ?? "", InMessages = CompactJson.Of(json) };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The citation as JSON on one line.</summary>
    /// <param name="citation">The citation.</param>
    /// <param name="citedText">What it says, where the provider does not tell.</param>
    public static byte[] ToJson(AnswerCitation citation, string citedText)
    {
        if (citation.InMessages is { } own)
            return own;
        var output = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("url"u8, citation.Url ?? "");
        json.WriteString("title"u8, citation.Title);
        json.WriteString("cited_text"u8, citation.CitedText.Length > 0 ? citation.CitedText : citedText);
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
