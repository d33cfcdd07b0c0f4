namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Pieces of a message that answers and streams write alike.</summary>
internal static class MessagesJson
{
    /// <summary>Writes the members of a message up to its content.</summary>
    public static void WriteHead(Utf8JsonWriter json, string id, string model)
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, model);
    }

    /// <summary>Writes a <c>tool_use</c> block without its input and its end; the official SDKs want to know who calls.</summary>
    public static void WriteToolUseHead(Utf8JsonWriter json, string id, string name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, name);
        json.WriteStartObject("caller"u8);
        json.WriteString("type"u8, "direct"u8);
        json.WriteEndObject();
    }

    /// <summary>Writes why a message ended, and what it cost.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="reason">Anthropic's name of the reason; empty for a message that goes on.</param>
    /// <param name="sequence">The stop sequence that ended it, if one did.</param>
    public static void WriteStop(Utf8JsonWriter json, ReadOnlySpan<byte> reason, string? sequence)
    {
        json.WritePropertyName("stop_reason"u8);
        if (reason.IsEmpty)
            json.WriteNullValue();
        else
            json.WriteStringValue(reason);
        json.WriteString("stop_sequence", sequence);
    }
}
