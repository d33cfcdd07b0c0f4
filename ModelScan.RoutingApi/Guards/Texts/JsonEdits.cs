namespace ModelScan.RoutingApi.Guards.Texts;

/// <summary>What is put in the place of some bytes of a text, from its beginning to its end.</summary>
internal ref struct JsonEdits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly List<(int Start, int Length, byte[] Bytes)> _edits = [];

    /// <summary>Puts <paramref name="replacement"/> in the place of some bytes, which lie behind those of the edit before.</summary>
    public readonly void Replace(int start, int length, byte[] replacement) => _edits.Add((start, length, replacement));

    /// <summary>The bytes with all edits; <see langword="null"/> without any.</summary>
    public readonly byte[]? ToArray()
    {
        if (_edits.Count == 0)
            return null;
        var length = _bytes.Length;
        foreach (var edit in _edits)
            length += edit.Bytes.Length - edit.Length;
        var result = new byte[length];
        var (from, to) = (0, 0);
        foreach (var (start, skipped, replacement) in _edits)
        {
            _bytes[from..start].CopyTo(result.AsSpan(to));
            to += start - from;
            replacement.CopyTo(result, to);
            to += replacement.Length;
            from = start + skipped;
        }

        _bytes[from..].CopyTo(result.AsSpan(to));
        return result;
    }
}
