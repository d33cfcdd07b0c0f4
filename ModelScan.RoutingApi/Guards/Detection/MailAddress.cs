namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>Mail addresses (RFC 5321, without quotes and comments; RFC 6531 for letters beyond ASCII).</summary>
internal static class MailAddress
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;

    /// <summary>The address around an <c>@</c>; empty where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where it begins at the earliest.</param>
    /// <param name="at">The <c>@</c>.</param>
    public static (int Start, int Length) Match(ReadOnlySpan<char> text, int from, int at)
    {
        var start = at;
        while (start > from && at - start < LongestLocal && IsLocal(text[start - 1]))
            start--;
        while (start < at && text[start] is '.' or '-' or '\'')
            start++;
        if (start > from && start < at && PiiDetector.IsEscape(text, start))
            start++;
        if (start == at || text[at - 1] == '.')
            return default;
        var end = at + 1;
        while (end < text.Length && end - at <= LongestDomain && (IsWord(text[end]) || text[end] is '.' or '-'))
            end++;
        while (end > at + 1 && text[end - 1] is '.' or '-')
            end--;
        var domain = text[(at + 1)..end];
        var dot = domain.LastIndexOf('.');

        // git@github.com:owner/name is an address of another kind.
        if (dot <= 0 || domain.Contains("..", StringComparison.Ordinal) || domain[0] == '.' || !IsTop(domain[(dot + 1)..]) || (end < text.Length && text[end] == ':' && text[start..at].SequenceEqual("git")))
            return default;
        return (start, end - start);
    }

    private static bool IsTop(ReadOnlySpan<char> label)
    {
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
            return label.Length > 4;
        foreach (var letter in label)
        {
            if (!char.IsLetter(letter))
                return false;
        }

        return label.Length is >= 2 and <= 24;
    }

    private static bool IsLocal(char letter) => IsWord(letter) || letter is '.' or '_' or '%' or '+' or '-' or '\'';

    // Chinese, Japanese and Korean have no blanks: what stands right before an address is seldom part of it.
    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || (letter >= '\u00C0' && letter < '\u2E80' && char.IsLetterOrDigit(letter));
}
