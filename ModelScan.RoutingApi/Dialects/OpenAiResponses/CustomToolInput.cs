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
    public static byte[] FromArguments(EscapedText arguments)
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

        return arguments.Token.ToArray();
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
