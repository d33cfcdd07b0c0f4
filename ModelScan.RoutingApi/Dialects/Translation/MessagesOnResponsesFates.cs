namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>What becomes of what a Messages client says to a Responses provider, and of what that answers.</summary>
internal static class MessagesOnResponsesFates
{
    /// <summary>Fields of requests.</summary>
    public static IReadOnlyList<FieldFate> Request { get; } =
    [
        new("model", Fate.Mapped, "the provider's name of the routed model"),
        new("max_tokens", Fate.Mapped, "max_output_tokens, at least 16 and at most what the model writes"),
        new("system", Fate.Mapped, "instructions; blocks joined by a blank line"),
        new("system.cache_control", Fate.Dropped, "OpenAI caches by itself"),
        new("system.x-anthropic-billing-header", Fate.Dropped, "Claude Code's note to Anthropic's billing"),
        new("messages", Fate.Mapped, "items"),
        new("messages.role", Fate.Mapped, "user, assistant, system in their places"),
        new("messages.content", Fate.Mapped, "parts of a message, or items"),
        new("messages.content.text", Fate.Mapped, "input_text, output_text"),
        new("messages.content.image", Fate.Mapped, "input_image with a URL or a data URL"),
        new("messages.content.document", Fate.Mapped, "input_file; plain text and content blocks as texts"),
        new("messages.content.source", Fate.Refused, "where it names an uploaded file"),
        new("messages.content.search_result", Fate.Mapped, "a text"),
        new("messages.content.tool_use", Fate.Mapped, "function_call"),
        new("messages.content.tool_result", Fate.Mapped, "function_call_output; errors marked in the text; a text, where its call is gone"),
        new("messages.content.id", Fate.Refused, "where a call has no result; else carried, hashed when longer than 64 characters"),
        new("messages.content.thinking", Fate.Dropped, "unless it is a thought of OpenAI's sealed by this gateway, which is given back unchanged"),
        new("messages.content.redacted_thinking", Fate.Dropped, "as thinking"),
        new("messages.content.server_tool_use", Fate.Dropped, "and other blocks of tools that ran at Anthropic"),
        new("messages.content.container_upload", Fate.Refused, "the container is Anthropic's"),
        new("messages.content.cache_control", Fate.Dropped, ""),
        new("messages.content.citations", Fate.Dropped, ""),
        new("tools", Fate.Mapped, "functions; strict is said, because Responses takes it for granted"),
        new("tools.cache_control", Fate.Dropped, "as are defer_loading, eager_input_streaming, input_examples, …"),
        new("tools.web_search", Fate.Dropped, "where the provider has no search; else web_search"),
        new("tools.blocked_domains", Fate.Refused, "unless empty"),
        new("tools.tool_search_tool", Fate.Dropped, "all tools are sent"),
        new("tools.type", Fate.Refused, "for all other tools of Anthropic's: bash, text_editor, computer, code_execution, …"),
        new("tool_choice", Fate.Mapped, "auto, required, none, function"),
        new("tool_choice.disable_parallel_tool_use", Fate.Mapped, "parallel_tool_calls"),
        new("temperature", Fate.Carried, "dropped where the model does not sample"),
        new("top_p", Fate.Carried, "dropped where the model does not sample"),
        new("top_k", Fate.Dropped, ""),
        new("stop_sequences", Fate.Dropped, "Responses has none"),
        new("stream", Fate.Carried, ""),
        new("metadata.user_id", Fate.Mapped, "user; hashed when longer than 64 characters"),
        new("thinking", Fate.Mapped, "reasoning, with a summary unless omitted; a budget becomes an effort; dropped where the model does not reason"),
        new("output_config.effort", Fate.Mapped, "reasoning.effort; max and xhigh become the model's highest"),
        new("output_config.format", Fate.Mapped, "text.format"),
        new("output_format", Fate.Mapped, "text.format"),
        new("service_tier", Fate.Mapped, "standard_only as default"),
        new("mcp_servers", Fate.Refused, "unless empty"),
        new("container", Fate.Refused, ""),
        new("context_management", Fate.Dropped, ""),
        new("cache_control", Fate.Dropped, "as is every field that is not named here"),
    ];

    /// <summary>Members of answers and kinds of events.</summary>
    public static IReadOnlyList<FieldFate> Answer { get; } =
    [
        new("response.created", Fate.Mapped, "message_start with an estimate of the input"),
        new("output.message", Fate.Mapped, "a text block for each text"),
        new("output.message.annotations", Fate.Mapped, "url_citation: web_search_result_location without state; others dropped"),
        new("output.message.logprobs", Fate.Dropped, ""),
        new("output.message.refusal", Fate.Mapped, "a text, and stop_reason refusal"),
        new("output.reasoning", Fate.Mapped, "thinking, if the client asked for it: the summary, or the reasoning where it is shown; the item sealed in signature"),
        new("output.function_call", Fate.Mapped, "tool_use; names in the client's case"),
        new("output.custom_tool_call", Fate.Mapped, "tool_use with {\"input\": …}"),
        new("output.web_search_call", Fate.Dropped, "and other items of tools that ran at the provider"),
        new("status", Fate.Mapped, "stop_reason: tool_use, end_turn; incomplete: max_tokens, refusal when filtered"),
        new("usage.input_tokens", Fate.Mapped, "without cached_tokens and cache_write_tokens, which are told apart"),
        new("usage.output_tokens", Fate.Carried, "reasoning_tokens as thinking_tokens"),
        new("response.completed", Fate.Mapped, "message_delta, message_stop"),
        new("response.output_text.done", Fate.Dropped, "as are other events that repeat, unless the deltas did not come"),
        new("response.failed", Fate.Mapped, "error"),
        new("error", Fate.Mapped, "error"),
    ];
}
