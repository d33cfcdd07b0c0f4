namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Why an answer ended, in the words of either side.</summary>
internal static class MessagesStopReason
{
    /// <summary>Anthropic's word for a <c>finish_reason</c>; unknown ones, and none, are an ordinary end.</summary>
    /// <param name="finishReason">OpenAI's word; empty for none.</param>
    /// <param name="hasToolCalls">Whether tools were called: some providers say <c>stop</c> then.</param>
    /// <param name="isRefusal">Whether the answer is a refusal.</param>
    public static ReadOnlySpan<byte> FromChat(string finishReason, bool hasToolCalls, bool isRefusal) => finishReason switch
    {
        "length" => "max_tokens"u8,
        "content_filter" => "refusal"u8,
        _ when hasToolCalls => "tool_use"u8,
        "tool_calls" or "function_call" => "tool_use"u8,
        _ when isRefusal => "refusal"u8,
        _ => "end_turn"u8,
    };

    /// <summary>OpenAI's word for a <c>stop_reason</c>.</summary>
    public static ReadOnlySpan<byte> ToChat(string stopReason, bool hasToolCalls) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length"u8,
        "refusal" => "content_filter"u8,
        "tool_use" => "tool_calls"u8,
        _ when hasToolCalls => "tool_calls"u8,
        _ => "stop"u8,
    };
}
