using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>What a Messages answer's stop reason is in Responses.</summary>
internal static class MessagesOutcome
{
    /// <summary>
    /// The status for a <c>stop_reason</c> (https://docs.anthropic.com/en/api/handling-stop-reasons). A turn that the provider only
    /// paused is unfinished, and Responses knows no better reason for that than the limit.
    /// </summary>
    public static ResponseStatus StatusOf(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" or "pause_turn" => ResponseStatus.LimitReached,
        "refusal" => ResponseStatus.Filtered,
        _ => ResponseStatus.Completed,
    };
}
