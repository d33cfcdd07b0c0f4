using System.Buffers;
using System.Globalization;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>
/// Says that a conversation is longer than the model can read, in the words that coding clients look for before they shorten it:
/// <c>prompt is too long: 130500 tokens &gt; 128000 maximum</c>.
/// </summary>
internal static class ContextOverflow
{
    /// <summary>OpenAI's code.</summary>
    public const string Code = "context_length_exceeded";

    // How providers say it. Limits of the answer are spoken of in other words.
    private static readonly SearchValues<string> Phrases = SearchValues.Create(
        [
            "maximum context length", // OpenAI, vLLM
            "prompt is too long", // Anthropic
            "`max_tokens` exceed context limit", // Anthropic, of both together
            "input is too long", // Amazon
            "exceeds the context window", // OpenAI's Responses
            "exceeds the available context size", // llama.cpp
            "input token count", // Google
            "maximum prompt length", // xAI
            "exceeded model token limit", // Moonshot
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a provider's message says so.</summary>
    public static bool IsSaidIn(string message) => message.AsSpan().ContainsAny(Phrases);

    /// <summary>Takes the two numbers of tokens out of what the provider said, the first of which may be a sum; without them, what it said follows the words.</summary>
    public static string Describe(string message)
    {
        long first = 0;
        long second = 0;
        var firstEnd = 0;
        var at = 0;
        while (at < message.Length && second == 0)
        {
            if (!char.IsAsciiDigit(message[at]))
            {
                at++;
                continue;
            }

            var start = at;
            while (at < message.Length && (char.IsAsciiDigit(message[at]) || (message[at] == ',' && at + 1 < message.Length && char.IsAsciiDigit(message[at + 1]))))
                at++;
            var isPartOfWord = start > 0 && (char.IsAsciiLetter(message[start - 1]) || message[start - 1] is '-' or '.');
            if (isPartOfWord || !long.TryParse(message.AsSpan(start, at - start), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
                continue;

            // The prompt and the room for the answer: `188240 + 21333 > 200000`.
            if (first > 0 && message.AsSpan(firstEnd, start - firstEnd).Trim() is "+")
                (first, firstEnd) = (first + number, at);
            else if (number < 256)
                continue;
            else if (first == 0)
                (first, firstEnd) = (number, at);
            else if (number != first)
                second = number;
        }

        if (second > 0)
            return string.Create(CultureInfo.InvariantCulture, $"prompt is too long: {Math.Max(first, second)} tokens > {Math.Min(first, second)} maximum");
        return message.StartsWith("prompt is too long", StringComparison.OrdinalIgnoreCase) ? message : $"prompt is too long: {message}";
    }
}
