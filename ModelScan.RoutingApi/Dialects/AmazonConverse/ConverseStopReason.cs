using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>Why an answer ended, in Converse's words (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html).</summary>
internal static class ConverseStopReason
{
    private static readonly FrozenDictionary<string, AnswerOutcome> Outcomes = new Dictionary<string, AnswerOutcome>
    {
        ["end_turn"] = AnswerOutcome.Whole,
        ["tool_use"] = AnswerOutcome.Calls,
        ["stop_sequence"] = AnswerOutcome.StopSequence,
        ["max_tokens"] = AnswerOutcome.Length,
        ["model_context_window_exceeded"] = AnswerOutcome.ContextWindow,
        ["guardrail_intervened"] = AnswerOutcome.Refused,
        ["content_filtered"] = AnswerOutcome.Refused,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words that are known, apart from those of failures.</summary>
    public static IEnumerable<string> Known => Outcomes.Keys;

    /// <summary>What a word says. <c>malformed_model_output</c>, <c>malformed_tool_use</c> and words that are not known are failures.</summary>
    public static AnswerEnd Read(string word, AnswerContext context)
    {
        if (Outcomes.TryGetValue(word, out var outcome))
            return new AnswerEnd(outcome);
        return AnswerEnd.Failed(word is "malformed_model_output" or "malformed_tool_use"
            ? context.Error($"says that what the model wrote is malformed ({word})", "api_error")
            : AnswerErrors.Reason(context, "stopReason", word));
    }
}
