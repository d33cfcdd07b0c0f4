namespace ModelScan.RoutingApi.RequestLog.Filters;

/// <summary>Patterns in which <c>*</c> stands for any letters, or none. Upper and lower case are one.</summary>
internal static class Wildcard
{
    /// <summary>Whether a text is like a pattern, in time proportional to the product of their lengths at most.</summary>
    public static bool Fits(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        var (at, place) = (0, 0);
        var (starText, starPattern) = (0, -1);
        while (at < text.Length)
        {
            if (place < pattern.Length && pattern[place] == '*')
            {
                starPattern = place++;
                starText = at;
            }
            else if (place < pattern.Length && char.ToUpperInvariant(pattern[place]) == char.ToUpperInvariant(text[at]))
            {
                place++;
                at++;
            }
            else if (starPattern >= 0)
            {
                place = starPattern + 1;
                at = ++starText;
            }
            else
            {
                return false;
            }
        }

        return pattern[place..].IndexOfAnyExcept('*') < 0;
    }
}
