using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// A thought as Anthropic sends it and wants it back, unchanged:
/// <c>{"type": "thinking", "thinking": "…", "signature": "…"}</c> or <c>{"type": "redacted_thinking", "data": "…"}</c>.
/// </summary>
internal sealed class ThinkingBlock
{
    private readonly string _text;
    private readonly string _opaque;
    private readonly bool _isRedacted;

    private ThinkingBlock(string text, string opaque, bool isRedacted) => (_text, _opaque, _isRedacted) = (text, opaque, isRedacted);

    /// <summary>The thought; <see langword="null"/> for one that nobody can read.</summary>
    public string? Text => _isRedacted ? null : _text;

    /// <summary>Its signature, or all of it where nobody can read it.</summary>
    public string Opaque => _opaque;

    public static ThinkingBlock Thinking(string text, string signature) => new(text, signature, isRedacted: false);

    public static ThinkingBlock Redacted(string data) => new("", data, isRedacted: true);

    /// <summary>Reads a block; <see langword="null"/> where the bytes are none.</summary>
    public static ThinkingBlock? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonDocument.TryParseValue(ref reader, out var document) ? Read(document) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The block as JSON.</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>(_text.Length + _opaque.Length + 64);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
            Write(json);
        return output.WrittenSpan.ToArray();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_isRedacted)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data", _opaque);
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking", _text);
            json.WriteString("signature", _opaque);
        }

        json.WriteEndObject();
    }

    private static ThinkingBlock? Read(JsonDocument document)
    {
        using (document)
        {
            var block = document.RootElement;
            if (block.ValueKind != JsonValueKind.Object)
                return null;
            return TextOf(block, "type") switch
            {
                "thinking" when TextOf(block, "thinking") is { } text && TextOf(block, "signature") is { } signature => Thinking(text, signature),
                "redacted_thinking" when TextOf(block, "data") is { } data => Redacted(data),
                _ => null,
            };
        }
    }

    private static string? TextOf(JsonElement block, string name) =>
        block.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String ? field.GetString() : null;
}
