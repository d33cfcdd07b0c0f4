namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>Reads the parts of messages, said or answered, in any of the formats.</summary>
internal static class MessageParts
{
    /// <summary>A message's <c>content</c>: a text, or a list of parts of any format.</summary>
    public static IEnumerable<MessagePart> OfContent(JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } text)
            yield return new MessagePart(MessagePart.TextType).Add(ContentJson.Text(text));
        if (content is not { ValueKind: JsonValueKind.Array } list)
            yield break;
        foreach (var block in list.EnumerateArray())
            yield return OfBlock(block);
    }

    /// <summary>The <c>tool_calls</c> of a chat message.</summary>
    public static IEnumerable<MessagePart> OfToolCalls(JsonElement message)
    {
        foreach (var call in message.Items("tool_calls"))
        {
            var function = call.Member("function") ?? call.Member("custom") ?? default;
            yield return new MessagePart(MessagePart.ToolCallType) { Id = call.Text("id"), Name = function.Text("name") }.Add(function.Text("arguments") ?? function.Text("input"));
        }
    }

    /// <summary>A block of a message of the Messages API, or a part of one of OpenAI's.</summary>
    public static MessagePart OfBlock(JsonElement block) => block.Text("type") switch
    {
        "text" or "input_text" or "output_text" => new MessagePart(MessagePart.TextType).Add(block.Text("text")),
        "refusal" => new MessagePart(MessagePart.TextType).Add(block.Text("refusal")),
        "thinking" => new MessagePart(MessagePart.ReasoningType).Add(block.Text("thinking")),
        "tool_use" or "server_tool_use" or "mcp_tool_use" =>
            new MessagePart(MessagePart.ToolCallType) { Id = block.Text("id"), Name = block.Text("name") }.Add(block.Member("input")?.GetRawText()),
        "tool_result" or "mcp_tool_result" => new MessagePart(MessagePart.ToolResultType) { Id = block.Text("tool_use_id") }.Add(Joined(block.Member("content"))),
        { } other => new MessagePart(other),
        null => new MessagePart("unknown"),
    };

    /// <summary>An item of the Responses API that is no message.</summary>
    public static IEnumerable<MessagePart> OfItem(JsonElement item)
    {
        switch (item.Text("type"))
        {
            case "message" or null:
                return OfContent(item.Member("content"));
            case "function_call" or "custom_tool_call":
                return [new MessagePart(MessagePart.ToolCallType) { Id = item.Text("call_id"), Name = item.Text("name") }.Add(item.Text("arguments") ?? item.Text("input"))];
            case "function_call_output" or "custom_tool_call_output":
                return [new MessagePart(MessagePart.ToolResultType) { Id = item.Text("call_id") }.Add(Joined(item.Member("output")))];
            case "reasoning":
                var summary = string.Join('\n', item.Items("summary").Select(part => part.Text("text")));
                return [new MessagePart(MessagePart.ReasoningType).Add(summary)];
            case { } other:
                return [new MessagePart(other)];
        }
    }

    /// <summary>A block of an answer of Bedrock's Converse.</summary>
    public static MessagePart OfConverseBlock(JsonElement block)
    {
        if (block.Member("text") is not null)
            return new MessagePart(MessagePart.TextType).Add(block.Text("text"));
        if (block.Member("toolUse") is { } call)
            return new MessagePart(MessagePart.ToolCallType) { Id = call.Text("toolUseId"), Name = call.Text("name") }.Add(call.Member("input")?.GetRawText());
        if (block.Member("reasoningContent") is { } thought)
            return new MessagePart(MessagePart.ReasoningType).Add(thought.Member("reasoningText")?.Text("text"));
        if (block.Member("citationsContent") is { } cited)
            return new MessagePart(MessagePart.TextType).Add(string.Concat(cited.Items("content").Select(part => part.Text("text"))));
        return new MessagePart("unknown");
    }

    /// <summary>A tool's result as one text; of what is no text its JSON.</summary>
    public static string? Joined(JsonElement? content) => content switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => string.Join('\n', list.EnumerateArray().Select(block => block.Text("text") ?? $"[{block.Text("type")}]")),
        { } other => ContentJson.Text(other),
    };
}
