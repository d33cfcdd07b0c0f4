using System.Buffers;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// An item of <c>reasoning_details</c>, where clients of Chat Completions keep what another API's provider wants back (OpenRouter's
/// convention): a thought and its signature, or a thought that only the provider can read. The request side reads them again.
/// </summary>
/// <remarks>
/// <code>
/// {"type": "reasoning.text", "text": "…", "signature": "…", "format": "anthropic-claude-v1", "index": 0}
/// {"type": "reasoning.encrypted", "data": "…", "format": "anthropic-claude-v1", "index": 1}
/// {"type": "reasoning.encrypted", "id": "rs_…", "data": "…", "format": "openai-responses-v1"}
/// </code>
/// </remarks>
internal static class ThoughtDetail
{
    /// <summary>The format of what Anthropic's models want back.</summary>
    public const string AnthropicFormat = "anthropic-claude-v1";

    /// <summary>The format of what OpenAI's models want back.</summary>
    public const string ResponsesFormat = "openai-responses-v1";

    /// <summary>The item for a thought's state; empty where there is nothing to keep.</summary>
    /// <param name="state">The event.</param>
    /// <param name="thought">The thought's text.</param>
    /// <param name="index">Its place among the details.</param>
    public static byte[] Of(scoped ref readonly AnswerEvent state, EscapedText? thought, int index) => state.State switch
    {
        ThoughtStateKind.Signature => Text(thought is null ? "\"\""u8 : thought.Token, state.Token, index),
        ThoughtStateKind.Redacted => Encrypted(state.Token, index),
        ThoughtStateKind.Item when !state.Token.IsEmpty => Item(state.Id, state.Token),
        _ => [],
    };

    private static byte[] Text(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, int index)
    {
        if (text.Length <= 2 && signature.Length <= 2)
            return [];
        var output = new ArrayBufferWriter<byte>(text.Length + signature.Length + 128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning.text"u8);
        json.WriteRaw("text"u8, text);
        if (signature.Length > 2)
        {
            json.WriteRaw("signature"u8, signature);
        }

        json.WriteString("format"u8, AnthropicFormat);
        json.WriteNumber("index"u8, index);
        return End(json, output);
    }

    private static byte[] Encrypted(ReadOnlySpan<byte> data, int index)
    {
        var output = new ArrayBufferWriter<byte>(data.Length + 128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning.encrypted"u8);
        json.WriteRaw("data"u8, data);
        json.WriteString("format"u8, AnthropicFormat);
        json.WriteNumber("index"u8, index);
        return End(json, output);
    }

    private static byte[] Item(string? id, ReadOnlySpan<byte> encrypted)
    {
        var output = new ArrayBufferWriter<byte>(encrypted.Length + 128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning.encrypted"u8);
        if (id is not null)
            json.WriteString("id"u8, id);
        json.WriteRaw("data"u8, encrypted);
        json.WriteString("format"u8, ResponsesFormat);
        return End(json, output);
    }

    private static byte[] End(Utf8JsonWriter json, ArrayBufferWriter<byte> output)
    {
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
