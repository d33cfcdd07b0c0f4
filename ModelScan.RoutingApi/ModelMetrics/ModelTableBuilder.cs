namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>Collects a feed's entries into a <see cref="ModelTable{T}"/>; used by one thread, once.</summary>
/// <param name="aliases">The feed's id to the configuration's name.</param>
/// <param name="inCommon">What two values of one bare id have in common, or <see langword="null"/> if they disagree.</param>
internal sealed class ModelTableBuilder<T>(IReadOnlyDictionary<string, string> aliases, Func<T, T, T?> inCommon)
    where T : struct
{
    private const int LongestName = 256;

    private readonly Dictionary<string, (T Value, NameOrigin Origin)> _named = new(StringComparer.Ordinal);
    private int _models;
    private int _skipped;

    /// <summary>Where a name comes from; the stronger origin keeps it.</summary>
    private enum NameOrigin
    {
        Alias,
        Feed,
        Derived,
    }

    /// <summary>Counts an entry that cannot be used.</summary>
    public void Skip() => _skipped++;

    /// <summary>
    /// Takes an entry. If the configuration has an alias for one of its names, the alias is the only name it gets. Of two
    /// entries with one name the later counts.
    /// </summary>
    /// <param name="value">The price or latency.</param>
    /// <param name="id">The feed's own name; an empty one, or one beyond 256 characters, makes the entry unusable.</param>
    /// <param name="derived">Further names by which a configuration may call it.</param>
    public void Add(T value, string id, params ReadOnlySpan<string?> derived)
    {
        if (string.IsNullOrWhiteSpace(id) || id.Length > LongestName)
        {
            Skip();
            return;
        }

        _models++;
        if (AliasOf(id, derived) is { } alias)
        {
            Set(alias, value, NameOrigin.Alias);
            return;
        }

        Set(id, value, NameOrigin.Feed);
        foreach (var name in derived)
        {
            if (name is not null)
                Set(name, value, NameOrigin.Derived);
        }
    }

    /// <summary>Freezes what was collected.</summary>
    /// <param name="sharedAmongProviders">See <see cref="ModelTable{T}"/>.</param>
    public ModelTable<T> Build(bool sharedAmongProviders)
    {
        var named = new Dictionary<string, T>(_named.Count, StringComparer.Ordinal);
        var agreed = new Dictionary<string, T>(StringComparer.Ordinal);
        var disputed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, (value, _)) in _named)
        {
            named.Add(name, value);
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
                continue;
            var bare = name[(slash + 1)..];
            if (bare.Length == 0 || disputed.Contains(bare))
                continue;
            if (!agreed.TryGetValue(bare, out var known))
            {
                agreed.Add(bare, value);
            }
            else if (inCommon(known, value) is { } common)
            {
                agreed[bare] = common;
            }
            else
            {
                agreed.Remove(bare);
                disputed.Add(bare);
            }
        }

        return new ModelTable<T>(named, agreed, sharedAmongProviders, _models, _skipped);
    }

    private string? AliasOf(string id, ReadOnlySpan<string?> derived)
    {
        if (aliases.TryGetValue(id, out var alias))
            return alias;
        foreach (var name in derived)
        {
            if (name is not null && aliases.TryGetValue(name, out alias))
                return alias;
        }

        return null;
    }

    private void Set(string name, T value, NameOrigin origin)
    {
        if (!_named.TryGetValue(name, out var held) || origin <= held.Origin)
            _named[name] = (value, origin);
    }
}
