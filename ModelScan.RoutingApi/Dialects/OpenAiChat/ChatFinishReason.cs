using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Why a chat completion ended, in the words of OpenAI (https://platform.openai.com/docs/api-reference/chat/object) and of those who
/// offer its API. A word that is not known is a failure: nobody can tell that what came is the whole answer.
/// </summary>
internal static class ChatFinishReason
{
    private static readonly FrozenDictionary<string, AnswerOutcome> Outcomes = new Dictionary<string, AnswerOutcome>
    {
        ["stop"] = AnswerOutcome.Whole,
        ["tool_calls"] = AnswerOutcome.Calls,
        ["function_call"] = AnswerOutcome.Calls,
        ["end_turn"] = AnswerOutcome.Whole,
        ["tool_use"] = AnswerOutcome.Calls,
        ["stop_sequence"] = AnswerOutcome.Whole,
        ["eos"] = AnswerOutcome.Whole,
        ["eos_token"] = AnswerOutcome.Whole,
        ["complete"] = AnswerOutcome.Whole,
        ["length"] = AnswerOutcome.Length,
        ["max_tokens"] = AnswerOutcome.Length,
        ["model_length"] = AnswerOutcome.Length,
        ["model_context_window_exceeded"] = AnswerOutcome.ContextWindow,
        ["content_filter"] = AnswerOutcome.Refused,
        ["refusal"] = AnswerOutcome.Refused,
        ["sensitive"] = AnswerOutcome.Refused,
        ["safety"] = AnswerOutcome.Refused,
        ["recitation"] = AnswerOutcome.Refused,
        ["blocklist"] = AnswerOutcome.Refused,
        ["prohibited_content"] = AnswerOutcome.Refused,
        ["spii"] = AnswerOutcome.Refused,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The words that are known.</summary>
    public static IEnumerable<string> Known => Outcomes.Keys;

    /// <summary>What a word says.</summary>
    public static AnswerOutcome Read(string word) => Outcomes.GetValueOrDefault(word, AnswerOutcome.Failed);

    /// <summary>OpenAI's word.</summary>
    public static ReadOnlySpan<byte> Write(AnswerOutcome outcome, bool hasCalls) => outcome switch
    {
        AnswerOutcome.Length or AnswerOutcome.ContextWindow => "length"u8,
        AnswerOutcome.Refused => "content_filter"u8,
        AnswerOutcome.Calls => "tool_calls"u8,
        _ => hasCalls ? "tool_calls"u8 : "stop"u8,
    };
}
