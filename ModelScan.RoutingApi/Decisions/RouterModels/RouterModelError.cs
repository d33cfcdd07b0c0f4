using System.Text;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Finds the sentence for people in the body of a failed call.</summary>
internal static class RouterModelError
{
    /// <summary>Longer texts are cut to this many bytes of UTF-8.</summary>
    public const int MaxBytes = 512;

    /// <summary>
    /// Of an OpenAI error <c>{"error": {"message": "…", "param": "…", "type": "…"}}</c> (vLLM also sends the inner object alone,
    /// Ollama a plain string): <c>message (param=…) [type=…]</c>. Of anything else the first 512 bytes.
    /// </summary>
    public static string Describe(ReadOnlyMemory<byte> body) => Cut(FromEnvelope(body) ?? Encoding.UTF8.GetString(body.Span));

    private static string? FromEnvelope(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement;
            if (error.ValueKind != JsonValueKind.Object)
                return null;
            if (error.TryGetProperty("error", out var inner))
                error = inner;
            if (error.ValueKind == JsonValueKind.String)
                return error.GetString();
            if (error.ValueKind != JsonValueKind.Object || Text(error, "message") is not { } message)
                return null;
            var param = Text(error, "param") is { } name ? $" (param={name})" : "";
            var type = Text(error, "type") is { } kind ? $" [type={kind}]" : "";
            return message + param + type;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or JSON whose strings are not Unicode.
            return null;
        }
    }

    private static string? Text(JsonElement error, string key) =>
        error.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= MaxBytes)
            return text;
        var end = MaxBytes;
        while ((bytes[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(bytes, 0, end);
    }
}
