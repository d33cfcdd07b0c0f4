using System.Buffers;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// An item of <c>reasoning_details</c>, where OpenRouter's clients keep what Anthropic wants back: a thought and its signature, or a thought
/// that only Anthropic can read. <see cref="ChatToMessagesTurns"/> reads them again.
/// </summary>
internal static class ThoughtDetail
{
    private static ReadOnlySpan<byte> Format => "anthropic-claude-v1"u8;

    /// <summary>A signed thought.</summary>
    public static byte[] Text(string text, string? signature, int index) => Text(EscapedText.TokenOf(text), signature is null ? [] : EscapedText.TokenOf(signature), index);

    /// <summary>A signed thought.</summary>
    /// <param name="text">Its text as a JSON string.</param>
    /// <param name="signature">Its signature as a JSON string; empty for none.</param>
    /// <param name="index">Its place among the details.</param>
    public static byte[] Text(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, int index)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + signature.Length + 128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning.text"u8);
        json.WritePropertyName("text"u8);
        json.WriteRawValue(text, skipInputValidation: true);
        if (!signature.IsEmpty)
        {
            json.WritePropertyName("signature"u8);
            json.WriteRawValue(signature, skipInputValidation: true);
        }

        return End(json, output, index);
    }

    /// <summary>A thought that only Anthropic can read.</summary>
    public static byte[] Encrypted(string data, int index) => Encrypted(EscapedText.TokenOf(data), index);

    /// <summary>A thought that only Anthropic can read.</summary>
    /// <param name="data">A JSON string.</param>
    /// <param name="index">Its place among the details.</param>
    public static byte[] Encrypted(ReadOnlySpan<byte> data, int index)
    {
        var output = new ArrayBufferWriter<byte>(data.Length + 128);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning.encrypted"u8);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(data, skipInputValidation: true);
        return End(json, output, index);
    }

    private static byte[] End(Utf8JsonWriter json, ArrayBufferWriter<byte> output, int index)
    {
        json.WriteString("format"u8, Format);
        json.WriteNumber("index"u8, index);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
