namespace ModelScan.RoutingApi.Wire;

/// <summary>A text of which pieces are cut by counts of code points (<see cref="CodePoints"/>), many of them as quickly as one.</summary>
/// <param name="text">The text.</param>
internal sealed class CodePointText(string text)
{
    // A citation shows what it is about; that may be all of a long answer, and there may be thousands of them.
    private const int Longest = 1000;

    // Where each code point begins, and the end; null where each is one character.
    private readonly int[]? _starts = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? StartsOf(text) : null;

    /// <summary>The beginning of the part between two counts, at most 1,000 code points; empty where they are not within the text and in order.</summary>
    public ReadOnlySpan<char> Slice(int start, int end)
    {
        var length = _starts is null ? text.Length : _starts.Length - 1;
        if (start < 0 || start >= end || end > length)
            return [];
        end = Math.Min(end, start + Longest);
        return _starts is null ? text.AsSpan(start, end - start) : text.AsSpan()[_starts[start].._starts[end]];
    }

    private static int[] StartsOf(string text)
    {
        var starts = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts.Add(at);
            at += rune.Utf16SequenceLength;
        }

        starts.Add(text.Length);
        return [.. starts];
    }
}
