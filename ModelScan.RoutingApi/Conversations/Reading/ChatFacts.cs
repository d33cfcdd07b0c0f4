namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>Reads the facts of an OpenAI Chat Completions request.</summary>
internal static class ChatFacts
{
    /// <summary>Reads the property at the reader's position if it is one of this format's; else leaves the reader where it is.</summary>
    public static bool TryReadProperty(ref Utf8JsonReader reader, RequestDraft draft)
    {
        if (reader.ValueTextEquals("messages"u8))
        {
            reader.Read();
            ReadMessages(ref reader, draft);
            return true;
        }

        return ToolNames.TryRead(ref reader, draft);
    }

    private static void ReadMessages(ref Utf8JsonReader reader, RequestDraft draft)
    {
        JsonValues.RequireArray(ref reader, "messages");
        draft.BeginConversation();
        ConversationItems.Read(ref reader, "messages", draft, ReadMessage);
    }

    private static void ReadMessage(ref Utf8JsonReader reader, int index, RequestDraft draft)
    {
        ConversationRole? role = null;
        var content = new MessageContent("", HasOther: false, 0);
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                role = ReadRole(ref reader, index);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                content = reader.TokenType == JsonTokenType.String
                    ? content with { Text = ReadText.At(ref reader, draft.Body) }
                    : MessageContent.Read(ref reader, draft.Body, $"messages[{index}].content");
            }
            else
            {
                reader.SkipValue();
            }
        }

        draft.AddMessage(role ?? throw new InvalidRequestException($"messages[{index}].role", "is required"), content.Text, content.HasOther);
    }

    private static ConversationRole ReadRole(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new InvalidRequestException($"messages[{index}].role", $"must be a string, not {JsonValues.NameOf(reader.TokenType)}");
        if (reader.ValueTextEquals("user"u8))
            return ConversationRole.User;
        if (reader.ValueTextEquals("assistant"u8))
            return ConversationRole.Assistant;
        if (reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("developer"u8))
            return ConversationRole.System;
        if (reader.ValueTextEquals("tool"u8) || reader.ValueTextEquals("function"u8))
            return ConversationRole.Tool;
        throw new InvalidRequestException($"messages[{index}].role", "must be system, developer, user, assistant, tool or function");
    }
}
