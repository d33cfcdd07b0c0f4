namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>What stands around a number and says what it is.</summary>
internal static class Surroundings
{
    private const int Before = 40;
    private const int Behind = 16;

    /// <summary>Whether one of <paramref name="words"/>, in small letters, stands close before it, or right behind.</summary>
    public static bool Have(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<string> words)
    {
        Span<char> around = stackalloc char[Before + Behind];
        var before = text[Math.Max(0, start - Before)..start];
        var behind = text[end..Math.Min(text.Length, end + Behind)];
        if (behind.IndexOfAny('\n', '.') is var line and >= 0)
            behind = behind[..line];
        var length = Math.Max(0, before.ToLowerInvariant(around));
        length += Math.Max(0, behind.ToLowerInvariant(around[length..]));
        foreach (var word in words)
        {
            if (((ReadOnlySpan<char>)around[..length]).Contains(word, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
