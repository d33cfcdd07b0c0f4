using System.Text;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>The arguments of a tool call: a text that should be a JSON object (OpenAI's way), or the object itself (Anthropic's).</summary>
internal static class ToolArguments
{
    private const int MaxDepth = 512;

    /// <summary>
    /// Writes the value that <paramref name="text"/> stands for: the object, <c>{}</c> for an empty text, and for anything else
    /// <c>{"_raw_arguments": text}</c>, so that whoever checks the call against its schema sees what the model wrote.
    /// </summary>
    public static void WriteObject(Utf8JsonWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            writer.WriteRawValue("{}"u8, skipInputValidation: true);
        }
        else if (IsObject(bytes))
        {
            writer.WriteRawValue(bytes, skipInputValidation: true);
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
