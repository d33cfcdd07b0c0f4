namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>Reads the facts of an Anthropic Messages request.</summary>
internal static class MessagesFacts
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

        if (reader.ValueTextEquals("system"u8))
        {
            reader.Read();
            var absent = reader.TokenType == JsonTokenType.Null;
            var text = MessageContent.Read(ref reader, draft.Body, "system").Text.Value;
            draft.SetSystemText(absent ? null : text);
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
        MessageContent? content = null;
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
                content = MessageContent.Read(ref reader, draft.Body, $"messages[{index}].content");
            }
            else
            {
                reader.SkipValue();
            }
        }

        var who = role ?? throw new InvalidRequestException($"messages[{index}].role", "is required");
        var said = content ?? throw new InvalidRequestException($"messages[{index}].content", "is required");
        for (var i = 0; i < said.ToolResults; i++)
            draft.AddMessage(ConversationRole.Tool, "");
        if (said.ToolResults == 0 || said.HasOther || !said.Text.IsEmpty)
            draft.AddMessage(who, said.Text, said.HasOther);
    }

    // "system" is not in Anthropic's reference, yet coding agents send it inside messages.
    private static ConversationRole ReadRole(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new InvalidRequestException($"messages[{index}].role", $"must be a string, not {JsonValues.NameOf(reader.TokenType)}");
        if (reader.ValueTextEquals("user"u8))
            return ConversationRole.User;
        if (reader.ValueTextEquals("assistant"u8))
            return ConversationRole.Assistant;
        if (reader.ValueTextEquals("system"u8))
            return ConversationRole.System;
        throw new InvalidRequestException($"messages[{index}].role", "must be user, assistant or system");
    }
}
