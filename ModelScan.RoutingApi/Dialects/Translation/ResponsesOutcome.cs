using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>What the end of a response is in Messages.</summary>
internal static class ResponsesOutcome
{
    /// <summary>The <c>stop_reason</c> (https://docs.anthropic.com/en/api/handling-stop-reasons).</summary>
    /// <param name="isIncomplete">Whether the response's status is <c>incomplete</c>.</param>
    /// <param name="reason">Its <c>incomplete_details.reason</c>.</param>
    /// <param name="hasCalls">Whether a function is called.</param>
    /// <param name="isRefused">Whether the model refused in so many words.</param>
    public static ReadOnlySpan<byte> StopReason(bool isIncomplete, string? reason, bool hasCalls, bool isRefused)
    {
        if (isIncomplete)
            return reason == "content_filter" ? "refusal"u8 : "max_tokens"u8;
        if (hasCalls)
            return "tool_use"u8;
        return isRefused ? "refusal"u8 : "end_turn"u8;
    }

    /// <summary>The response's id in the shape of a message's, so that both sides' logs can be matched.</summary>
    public static string MessageId(string? id, TranslationContext context)
    {
        var own = id ?? "";
        if (own.StartsWith("resp_", StringComparison.Ordinal))
            own = own["resp_".Length..];
        return "msg_" + (own.Length > 0 ? own : context.NewId());
    }

    /// <summary>What a thought's item becomes in a signature: its state, or, where it has none, only the mark that it is a thought of that family's.</summary>
    public static string Seal(TranslationContext context, ReasoningItem? thought) =>
        SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? SealedReasoning.OpenAi, thought is null ? [] : thought.ToJson());
}
