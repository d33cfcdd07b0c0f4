namespace ModelScan.RoutingApi.Pipeline;

/// <summary>What guards, filters and the cache of answers did about a request. Written while it is served, read at its end. Used by one request.</summary>
internal sealed class GuardTrail
{
    private readonly List<string> _entries = [];

    /// <summary>What each did, <c>name: what</c>, in the order in which it happened.</summary>
    public IReadOnlyList<string> Entries => _entries;

    /// <summary>Takes out of a text what its model did not see, for whatever is written down; <see langword="null"/> where there is nothing.</summary>
    public Func<string, string>? Mask { get; set; }

    /// <summary>The request as its model sees it, for whatever is written down; <see langword="null"/> where that is what its client sent.</summary>
    public ReadOnlyMemory<byte>? Body { get; set; }

    /// <summary>What the cache of answers did: <c>hit</c>, <c>miss</c> or <c>bypass</c>; <see langword="null"/> where it was not asked.</summary>
    public string? Cache { get; set; }

    /// <summary>Notes what one did; an entry of the same name is replaced, because what it says grows.</summary>
    public void Note(string name, string what)
    {
        var entry = $"{name}: {what}";
        var at = _entries.FindIndex(known => known.StartsWith(name, StringComparison.Ordinal) && known.AsSpan(name.Length).StartsWith(": "));
        if (at < 0)
            _entries.Add(entry);
        else
            _entries[at] = entry;
    }

    /// <summary>The same for a header: <c>pii: redacted email=2; jailbreak: clear</c>.</summary>
    public override string ToString() => string.Join("; ", _entries);
}
