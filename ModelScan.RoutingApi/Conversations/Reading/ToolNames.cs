namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>
/// Collects the names of declared tools. All formats have an array of objects; the name stands in the tool
/// (Messages, Responses), in its <c>function</c> or <c>custom</c> (Chat Completions), or in <c>tools</c> of a namespace (Responses).
/// </summary>
internal static class ToolNames
{
    private const int MaxNesting = 4;

    /// <summary>Reads <c>tools</c> if that is the property at the reader's position; else leaves the reader where it is.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, RequestDraft draft)
    {
        if (!reader.ValueTextEquals("tools"u8))
            return false;
        reader.Read();
        Read(ref reader, draft);
        return true;
    }

    /// <summary>Reads the array at the reader's position; whatever is not shaped as expected is skipped, for it is the provider's to judge.</summary>
    public static void Read(ref Utf8JsonReader reader, RequestDraft draft)
    {
        draft.ClearTools();
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.Null))
            throw new InvalidRequestException("tools", $"must be an array, not {JsonValues.NameOf(reader.TokenType)}");
        ReadArray(ref reader, draft, 0);
    }

    private static void ReadArray(ref Utf8JsonReader reader, RequestDraft draft, int nesting)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject && nesting < MaxNesting)
                ReadTool(ref reader, draft, nesting);
            else
                reader.Skip();
        }
    }

    private static void ReadTool(ref Utf8JsonReader reader, RequestDraft draft, int nesting)
    {
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                    draft.AddTool(JsonText.Read(ref reader));
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("function"u8) || reader.ValueTextEquals("custom"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject && nesting < MaxNesting)
                    ReadTool(ref reader, draft, nesting + 1);
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("tools"u8))
            {
                reader.Read();
                ReadArray(ref reader, draft, nesting + 1);
            }
            else
            {
                reader.SkipValue();
            }
        }
    }
}
