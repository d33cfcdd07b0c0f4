using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>Reads the facts of an OpenAI Responses request.</summary>
internal static class ResponsesFacts
{
    /// <summary>Reads the property at the reader's position if it is one of this format's; else leaves the reader where it is.</summary>
    public static bool TryReadProperty(ref Utf8JsonReader reader, RequestDraft draft)
    {
        if (reader.ValueTextEquals("input"u8))
        {
            reader.Read();
            ReadInput(ref reader, draft);
            return true;
        }

        if (reader.ValueTextEquals("instructions"u8))
        {
            reader.Read();
            draft.SetSystemText(JsonValues.OptionalText(ref reader, "instructions"));
            return true;
        }

        return ToolNames.TryRead(ref reader, draft);
    }

    private static void ReadInput(ref Utf8JsonReader reader, RequestDraft draft)
    {
        draft.BeginConversation();
        if (reader.TokenType == JsonTokenType.String)
        {
            var text = ReadText.At(ref reader, draft.Body);
            if (!text.IsEmpty)
                draft.AddMessage(ConversationRole.User, text);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
            throw new InvalidRequestException("input", $"must be a string or an array, not {JsonValues.NameOf(reader.TokenType)}");
        ConversationItems.Read(ref reader, "input", draft, ReadItem);
    }

    private enum ItemKind
    {
        Message,
        ToolCall,
        ToolResult,
        Other,
    }

    private static void ReadItem(ref Utf8JsonReader reader, int index, RequestDraft draft)
    {
        // An item without a type is a message.
        var kind = ItemKind.Message;
        ConversationRole? role = null;
        MessageContent content = new("", HasOther: false, 0);
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = ReadKind(ref reader, index);
            }
            else if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                role = ReadRole(ref reader, index);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                // Other kinds of items have content of their own shape, and the type may come after it.
                reader.Read();
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray)
                    content = MessageContent.Read(ref reader, draft.Body, $"input[{index}].content");
                else
                    reader.Skip();
            }
            else
            {
                reader.SkipValue();
            }
        }

        switch (kind)
        {
            case ItemKind.Message:
                draft.AddMessage(role ?? throw new InvalidRequestException($"input[{index}].role", "is required"), content.Text, content.HasOther);
                break;
            case ItemKind.ToolCall:
                draft.AddMessage(ConversationRole.Assistant, "", hasOtherContent: true);
                break;
            case ItemKind.ToolResult:
                draft.AddMessage(ConversationRole.Tool, "");
                break;
            default:
                draft.AddOtherItem();
                break;
        }
    }

    private static ItemKind ReadKind(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return ItemKind.Message;
        if (reader.TokenType != JsonTokenType.String)
            throw new InvalidRequestException($"input[{index}].type", $"must be a string, not {JsonValues.NameOf(reader.TokenType)}");
        if (reader.ValueTextEquals("message"u8))
            return ItemKind.Message;
        if (reader.ValueTextEquals("function_call"u8) || reader.ValueTextEquals("custom_tool_call"u8))
            return ItemKind.ToolCall;
        if (reader.ValueTextEquals("function_call_output"u8) || reader.ValueTextEquals("custom_tool_call_output"u8))
            return ItemKind.ToolResult;

        // shell_call_output, computer_call_output, tool_search_output …: what providers ran has none.
        if (reader.HasValueSequence || reader.ValueIsEscaped)
            return ItemKind.Other;
        if (reader.ValueSpan.EndsWith("_output"u8))
            return ItemKind.ToolResult;
        return ClientTool.IsCallType(reader.ValueSpan) ? ItemKind.ToolCall : ItemKind.Other;
    }

    private static ConversationRole ReadRole(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new InvalidRequestException($"input[{index}].role", $"must be a string, not {JsonValues.NameOf(reader.TokenType)}");
        if (reader.ValueTextEquals("user"u8))
            return ConversationRole.User;
        if (reader.ValueTextEquals("assistant"u8))
            return ConversationRole.Assistant;
        if (reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("developer"u8))
            return ConversationRole.System;
        throw new InvalidRequestException($"input[{index}].role", "must be user, assistant, system or developer");
    }
}
