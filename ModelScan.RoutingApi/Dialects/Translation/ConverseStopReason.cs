namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Why an answer ended, in Converse's words (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html).</summary>
internal static class ConverseStopReason
{
    /// <summary>Anthropic's word; most are the same. Unknown ones, and none, are an ordinary end.</summary>
    public static ReadOnlySpan<byte> ToMessages(string stopReason, bool hasToolUse) => stopReason switch
    {
        "max_tokens" => "max_tokens"u8,
        "model_context_window_exceeded" => "model_context_window_exceeded"u8,
        "guardrail_intervened" or "content_filtered" => "refusal"u8,
        "tool_use" => "tool_use"u8,
        _ when hasToolUse => "tool_use"u8,
        "stop_sequence" => "stop_sequence"u8,
        _ => "end_turn"u8,
    };

    /// <summary>The error behind a reason that says that the answer is not to be used; <see langword="null"/> for all others.</summary>
    public static ClientError? ErrorOf(string stopReason, TranslationContext context) => stopReason is "malformed_model_output" or "malformed_tool_use"
        ? new ClientError(StatusCodes.Status502BadGateway, $"{(context.ProviderName.Length > 0 ? context.ProviderName : "the provider")} says that what the model wrote is malformed ({stopReason})", "api_error")
        : null;
}
