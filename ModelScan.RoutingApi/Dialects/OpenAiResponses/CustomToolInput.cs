using System.Text;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Custom tools take free text, and providers of other formats know only tools that take JSON: there, a custom tool is a function
/// whose one property <c>input</c> is the text.
/// </summary>
internal static class CustomToolInput
{
    private const int MaxDepth = 512;

    /// <summary>The schema of such a function; a grammar that the text has to follow is told in the property's description.</summary>
    /// <param name="writer">Where a value may stand.</param>
    /// <param name="format">The tool's <c>format</c>: <c>{"type": "grammar", "syntax": "lark", "definition": "…"}</c>, or text.</param>
    public static void WriteSchema(Utf8JsonWriter writer, RequestField? format)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        writer.WriteStartObject("properties"u8);
        writer.WriteStartObject("input"u8);
        writer.WriteString("type"u8, "string"u8);
        if (Describe(format) is { } description)
            writer.WriteString("description"u8, description);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartArray("required"u8);
        writer.WriteStringValue("input"u8);
        writer.WriteEndArray();
        writer.WriteBoolean("additionalProperties"u8, false);
        writer.WriteEndObject();
    }

    /// <summary>The text as such a function's arguments: <c>{"input":"…"}</c>.</summary>
    /// <param name="token">The text as a JSON string with quotes.</param>
    public static byte[] ToArguments(ReadOnlySpan<byte> token)
    {
        var arguments = new byte["{\"input\":}".Length + token.Length];
        "{\"input\":"u8.CopyTo(arguments);
        token.CopyTo(arguments.AsSpan("{\"input\":"u8.Length));
        arguments[^1] = (byte)'}';
        return arguments;
    }

    /// <summary>The text in such a function's arguments, as a JSON string with quotes; the arguments themselves where they hold none.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="isCut">Whether they may have been cut off; then the text is what there is of it.</param>
    public static byte[] FromArguments(EscapedText arguments, bool isCut = false)
    {
        var json = Encoding.UTF8.GetBytes(arguments.ToString());
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            byte[]? input = null;
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.NextMember())
                {
                    var isInput = reader.ValueTextEquals("input"u8);
                    reader.Read();
                    if (isInput && reader.TokenType == JsonTokenType.String)
                        input = json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
                    reader.Skip();
                }

                if (input is not null && !reader.Read())
                    return input;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not what was agreed: the text may still be of use to the client's tool.
        }

        return isCut && Beginning(json) is { } beginning ? beginning : arguments.Token.ToArray();
    }

    // What there is of the text in arguments that end too early; null where they are no such arguments.
    private static byte[]? Beginning(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isInput = reader.ValueTextEquals("input"u8);
                var start = (int)reader.BytesConsumed;
                if (reader.Read() && isInput)
                    return reader.TokenType == JsonTokenType.String ? json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray() : null;
                if (isInput)
                    return Closed(json[start..].TrimStart(" \t\r\n:"u8));
                if (!reader.TrySkip())
                    break;
            }

            return "\"\""u8.ToArray();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Half an escape at the end is left out, and so is half a pair of them.
    private static byte[]? Closed(ReadOnlySpan<byte> text)
    {
        for (var left = 0; left < "\\ud83d\\ude00".Length && left < text.Length; left++)
        {
            byte[] token = [.. text[..^left], (byte)'"'];
            if (IsText(token))
                return token;
        }

        return text.IsEmpty ? "\"\""u8.ToArray() : null;
    }

    private static bool IsText(ReadOnlySpan<byte> token)
    {
        try
        {
            var reader = new Utf8JsonReader(token);
            return reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is not null && !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Describe(RequestField? format)
    {
        if (format is not { } given)
            return null;
        switch (given.GetText("type"))
        {
            case "text":
                return null;
            case "grammar":
                // The Responses API has the grammar flat, Chat Completions inside `grammar`.
                var grammar = given.Find("grammar") ?? given;
                return $"Text that follows this {grammar.GetText("syntax")} grammar:\n{grammar.GetText("definition")}";
            default:
                throw given.Get("type").Refuse("must be text or grammar");
        }
    }
}
