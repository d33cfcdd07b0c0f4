using System.Text;

namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>
/// The content of a message as all formats write it: text, or an array of typed parts. What matters of it is its text, whether
/// there is anything else, and whether it carries tool results (Anthropic's way).
/// </summary>
internal readonly record struct MessageContent(ReadText Text, bool HasOther, int ToolResults)
{
    /// <summary>Reads the content at the reader's position in <paramref name="body"/>. <paramref name="field"/> names it in errors.</summary>
    /// <exception cref="InvalidRequestException">It is neither text, null nor an array of objects with a type.</exception>
    public static MessageContent Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, string field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return default;
            case JsonTokenType.String: return new MessageContent(ReadText.At(ref reader, body), HasOther: false, 0);
            case JsonTokenType.StartArray: break;
            default: throw new InvalidRequestException(field, $"must be a string or an array of parts, not {JsonValues.NameOf(reader.TokenType)}");
        }

        ReadText? text = null;
        StringBuilder? joined = null;
        var hasOther = false;
        var toolResults = 0;
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new InvalidRequestException($"{field}[{index}]", $"must be an object, not {JsonValues.NameOf(reader.TokenType)}");
            var (kind, partText) = ReadPart(ref reader, body, field, index);
            if (kind == PartKind.ToolResult)
                toolResults++;
            else if (kind == PartKind.Other)
                hasOther = true;
            else if (text is null)
                text = partText;
            else if (partText is { } more)
                (joined ??= new StringBuilder(text.Value.Value)).Append('\n').Append(more.Value);
        }

        return new MessageContent(joined?.ToString() ?? text ?? default(ReadText), hasOther, toolResults);
    }

    private enum PartKind
    {
        Text,
        ToolResult,
        Other,
    }

    private static (PartKind Kind, ReadText? Text) ReadPart(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, string field, int index)
    {
        var kind = PartKind.Other;
        ReadText? text = null;
        var sawType = false;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    throw new InvalidRequestException($"{field}[{index}].type", $"must be a string, not {JsonValues.NameOf(reader.TokenType)}");
                sawType = true;
                kind = reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("input_text"u8) || reader.ValueTextEquals("output_text"u8) ? PartKind.Text
                    : reader.ValueTextEquals("tool_result"u8) ? PartKind.ToolResult
                    : PartKind.Other;
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                text = reader.TokenType == JsonTokenType.String ? ReadText.At(ref reader, body) : default(ReadText?);
                reader.Skip();
            }
            else
            {
                reader.SkipValue();
            }
        }

        if (!sawType)
            throw new InvalidRequestException($"{field}[{index}].type", "is required");
        if (kind == PartKind.Text && text is null)
            throw new InvalidRequestException($"{field}[{index}].text", "is required and must be a string");
        return (kind, kind == PartKind.Text ? text : null);
    }
}
