using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Why a message ended (https://docs.anthropic.com/en/api/handling-stop-reasons).</summary>
internal static class MessagesStopReason
{
    private static readonly FrozenDictionary<string, AnswerOutcome> Outcomes = new Dictionary<string, AnswerOutcome>
    {
        ["end_turn"] = AnswerOutcome.Whole,
        ["tool_use"] = AnswerOutcome.Calls,
        ["stop_sequence"] = AnswerOutcome.StopSequence,
        ["max_tokens"] = AnswerOutcome.Length,
        ["model_context_window_exceeded"] = AnswerOutcome.ContextWindow,
        ["pause_turn"] = AnswerOutcome.Paused,
        ["compaction"] = AnswerOutcome.Paused,
        ["refusal"] = AnswerOutcome.Refused,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words that are known.</summary>
    public static IEnumerable<string> Known => Outcomes.Keys;

    /// <summary>What a word says; one that is not known is a failure.</summary>
    public static AnswerOutcome Read(string word) => Outcomes.GetValueOrDefault(word, AnswerOutcome.Failed);

    /// <summary>Anthropic's word.</summary>
    /// <param name="outcome">Why the answer ended.</param>
    /// <param name="hasCalls">Whether tools were called.</param>
    /// <param name="isRefusal">Whether the model refused in so many words.</param>
    public static ReadOnlySpan<byte> Write(AnswerOutcome outcome, bool hasCalls, bool isRefusal) => outcome switch
    {
        AnswerOutcome.Length => "max_tokens"u8,
        AnswerOutcome.ContextWindow => "model_context_window_exceeded"u8,
        AnswerOutcome.Paused => "pause_turn"u8,
        AnswerOutcome.Refused => "refusal"u8,
        AnswerOutcome.Calls => "tool_use"u8,
        _ when hasCalls => "tool_use"u8,
        AnswerOutcome.StopSequence => "stop_sequence"u8,
        _ => isRefusal ? "refusal"u8 : "end_turn"u8,
    };
}
