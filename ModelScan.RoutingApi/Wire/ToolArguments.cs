using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>The arguments of a tool call: a text that should be a JSON object (OpenAI's way), or the object itself (Anthropic's).</summary>
internal static class ToolArguments
{
    private const int MaxDepth = 512;

    /// <summary>
    /// Writes the value that a text stands for: the object, <c>{}</c> for an empty text, and for anything else
    /// <c>{"_raw_arguments": text}</c>, so that whoever checks the call against its schema sees what the model wrote.
    /// </summary>
    /// <param name="writer">Where a value may stand.</param>
    /// <param name="token">The text as a JSON string, quotes included.</param>
    /// <param name="repair">Makes an object of a text that is none; gives the text itself where it cannot.</param>
    public static void WriteObject(Utf8JsonWriter writer, ReadOnlySpan<byte> token, Func<string, string>? repair = null)
    {
        using var text = new PooledBuffer();
        EscapedText.Decode(token, text);
        if (IsObject(text.WrittenSpan))
            writer.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
        else
            WriteOther(writer, Encoding.UTF8.GetString(text.WrittenSpan), repair);
    }

    private static void WriteOther(Utf8JsonWriter writer, string text, Func<string, string>? repair)
    {
        var repaired = repair?.Invoke(text) ?? text;
        if (string.IsNullOrWhiteSpace(text))
        {
            writer.WriteRawValue("{}"u8, skipInputValidation: true);
        }
        else if (IsObject(Encoding.UTF8.GetBytes(repaired)))
        {
            writer.WriteRawValue(repaired, skipInputValidation: true);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("_raw_arguments", text);
            writer.WriteEndObject();
        }
    }

    /// <summary>Whether the bytes are one complete JSON object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
