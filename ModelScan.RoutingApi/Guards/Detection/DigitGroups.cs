namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>Digits without anything between them.</summary>
/// <param name="Start">Where they begin.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Divider">What stands before them, as one letter: a blank, <c>-</c>, <c>.</c>, <c>/</c>, <c>(</c> for anything with parentheses; nothing (U+0000) for the first.</param>
internal readonly record struct DigitGroup(int Start, int Length, char Divider)
{
    /// <summary>Behind the last one.</summary>
    public int End => Start + Length;
}

/// <summary>Cuts numbers as people write them into groups: <c>+1 (555) 010-0199</c> is 1, 555, 010, 0199.</summary>
internal static class DigitGroups
{
    /// <summary>Most groups that are read at a time.</summary>
    public const int Most = 24;

    private const int LongestDivider = 3;

    /// <summary>Reads the groups that follow each other on one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The first digit.</param>
    /// <param name="groups">Filled.</param>
    /// <param name="count">How many.</param>
    /// <returns>Behind the last one.</returns>
    public static int Read(ReadOnlySpan<char> text, int at, Span<DigitGroup> groups, out int count)
    {
        count = 0;
        var divider = '\0';
        while (count < groups.Length)
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            groups[count++] = new DigitGroup(at, end - at, divider);
            if (!TryDivide(text, end, out var next, out divider))
                return end;
            at = next;
        }

        return groups[count - 1].End;
    }

    private static bool TryDivide(ReadOnlySpan<char> text, int from, out int next, out char divider)
    {
        (next, divider) = (from, '\0');
        while (next < text.Length && next - from < LongestDivider && !char.IsAsciiDigit(text[next]))
        {
            var letter = text[next++] switch
            {
                ' ' or '\u00A0' or '\u202F' => ' ',
                '-' or '\u2010' or '\u2011' or '\u2013' => '-',
                '.' => '.',
                '/' => '/',
                '(' or ')' => '(',
                _ => '\0',
            };
            if (letter == '\0' || (letter is '.' or '/' && divider is '.' or '/'))
                return false;
            divider = divider == '\0' || letter == '(' || divider == ' ' ? letter : divider;
        }

        return next > from && next < text.Length && char.IsAsciiDigit(text[next]);
    }
}
