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

    /// <summary>Takes the two numbers of tokens out of what the provider said; without them, what it said follows the words.</summary>
    public static string Describe(string message)
    {
        long first = 0;
        long second = 0;
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
            if (isPartOfWord || !long.TryParse(message.AsSpan(start, at - start), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) || number < 256)
                continue;
            if (first == 0)
                first = number;
            else if (number != first)
                second = number;
        }

        if (second > 0)
            return string.Create(CultureInfo.InvariantCulture, $"prompt is too long: {Math.Max(first, second)} tokens > {Math.Min(first, second)} maximum");
        return message.StartsWith("prompt is too long", StringComparison.OrdinalIgnoreCase) ? message : $"prompt is too long: {message}";
    }
}
