using System.Globalization;
using ModelScan.RoutingApi.RequestLog.Redaction;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>Numbers of payment cards: their beginning says whose (ISO/IEC 7812), that says how long they are, and the last digit is Luhn's.</summary>
internal static class CardNumber
{
    /// <summary>How many of the first groups are a card number; 0 where none are.</summary>
    public static int Match(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups)
    {
        var digits = 0;
        for (var i = 0; i < groups.Length && digits < 19; i++)
        {
            if (i > 0 && (groups[i].Divider is not (' ' or '-') || groups[i].Divider != groups[1].Divider || groups[i - 1].Length < 4))
                return 0;
            digits += groups[i].Length;
            if (digits is >= 13 and <= 19 && Ends(text, groups[i].End) && SecretPatterns.IsCardNumber(text[groups[0].Start..groups[i].End]) && IsIssued(text[groups[0].Start..groups[i].End], digits))
                return i + 1;
        }

        return 0;
    }

    private static bool Ends(ReadOnlySpan<char> text, int end) => end == text.Length || !(char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_');

    private static bool IsIssued(ReadOnlySpan<char> text, int length)
    {
        Span<char> head = stackalloc char[6];
        var count = 0;
        foreach (var letter in text)
        {
            if (count < head.Length && char.IsAsciiDigit(letter))
                head[count++] = letter;
        }

        var six = int.Parse(head, NumberStyles.None, CultureInfo.InvariantCulture);
        var (two, three, four) = (six / 10000, six / 1000, six / 100);
        return two switch
        {
            >= 40 and <= 49 => length is 16 or 19, // Visa; those of 13 digits are gone
            >= 51 and <= 55 => length == 16, // Mastercard
            34 or 37 => length == 15, // American Express
            30 => three <= 305 && length is >= 14 and <= 19, // Diners Club
            36 or 38 or 39 => length is >= 14 and <= 19,
            35 => four is >= 3528 and <= 3589 && length is >= 16 and <= 19, // JCB
            62 => length is >= 16 and <= 19, // UnionPay
            65 => length is >= 16 and <= 19, // Discover, RuPay
            60 or 64 => length is >= 16 and <= 19,
            50 or (>= 56 and <= 59) or 61 or 63 or (>= 66 and <= 69) => length is >= 13 and <= 19, // Maestro
            22 => four is >= 2200 and <= 2204 ? length is >= 16 and <= 19 : four >= 2221 && length == 16, // Mir, Mastercard
            >= 23 and <= 27 => four <= 2720 && length == 16,
            _ => false,
        };
    }
}
