namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Remembers what hashing a long text did. FNV-1a takes its bytes one after the other, about 1.4 ns each: 50 µs for a coding
/// agent's system prompt of 32 KB, which comes again with every request. Comparing it with the text of last time is done
/// with vectors, in a few µs.
/// </summary>
/// <remarks>
/// Each slot of a fixed table holds one immutable entry that is replaced whole, so no lock is needed and a lost race costs one
/// more hashing. Neither short texts nor huge ones are kept, which bounds the table at 8 MiB of text.
/// </remarks>
internal sealed class LongTextMemo
{
    /// <summary>The one table of this process: the texts of all requests meet there, and what it holds does not depend on who asks.</summary>
    public static readonly LongTextMemo Shared = new();

    private const int Slots = 64;
    private const int ShortestLength = 1024;
    private const int LongestLength = 64 * 1024;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>Adds <paramref name="whole"/> to <paramref name="hash"/>, as <see cref="Fnv1a.Add(ReadOnlySpan{char})"/> does.</summary>
    /// <param name="hash">The hash so far.</param>
    /// <param name="whole">The text.</param>
    /// <param name="from">Index of the first character that counts.</param>
    public void Add(ref Fnv1a hash, string whole, int from = 0)
    {
        var text = whole.AsSpan(from);
        if (text.Length is < ShortestLength or > LongestLength)
        {
            hash.Add(text);
            return;
        }

        var before = hash.Value;
        ref var slot = ref _entries[SlotOf(before, text)];
        if (Volatile.Read(ref slot) is { } known && known.Before == before && text.SequenceEqual(known.Whole.AsSpan(known.From)))
        {
            hash = Fnv1a.From(known.After);
            return;
        }

        hash.Add(text);
        Volatile.Write(ref slot, new Entry(before, whole, from, hash.Value));
    }

    // A few characters are enough to spread texts over the slots; whether it is the same text is for the comparison to say.
    private static int SlotOf(ulong before, ReadOnlySpan<char> text)
    {
        var hash = Fnv1a.From(before ^ (ulong)text.Length);
        for (var i = 1; i <= 8; i++)
            hash.Add(text.Slice((text.Length / 8 * i) - 1, 1));
        return (int)(hash.Value % Slots);
    }

    private sealed record Entry(ulong Before, string Whole, int From, ulong After);
}
