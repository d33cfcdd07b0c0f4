namespace ModelScan.MetricsMock.Providers;

/// <summary>Cuts text into the deltas of a stream.</summary>
internal static class TextPieces
{
    /// <summary>At most <paramref name="count"/> pieces of about the same length; no surrogate pair is torn apart.</summary>
    public static IEnumerable<string> Cut(string text, int count)
    {
        var length = Math.Max(1, (text.Length + count - 1) / count);
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(text.Length, start + length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
                end++;
            yield return text[start..end];
            start = end;
        }
    }
}
