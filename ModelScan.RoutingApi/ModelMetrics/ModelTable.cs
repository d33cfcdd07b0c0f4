using System.Collections.Frozen;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>
/// What one feed says, by model name; immutable, and looking a model up allocates nothing. A name is sought as it stands,
/// then without its provider (<c>vercel/x</c> finds a feed's <c>x</c>), then among the feed's own names without theirs
/// (<c>x</c> finds <c>openai/x</c>) as long as all of them say the same.
/// </summary>
/// <typeparam name="T">A price, or a latency in seconds.</typeparam>
public sealed class ModelTable<T>
    where T : struct
{
    private readonly FrozenDictionary<string, T> _named;
    private readonly FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _namedBySpan;
    private readonly FrozenDictionary<string, T> _agreed;
    private readonly FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _agreedBySpan;
    private readonly bool _sharedAmongProviders;

    /// <summary>Freezes the values.</summary>
    /// <param name="named">Values by the names under which the feed, or an alias, lists them.</param>
    /// <param name="agreed">Values by bare id, where every provider of that id says the same.</param>
    /// <param name="sharedAmongProviders">
    /// Whether <c>a/x</c> may take what is said of <c>b/x</c>: true for prices, which resellers mostly pass on; false for
    /// latencies, which tell of one provider's machines alone.
    /// </param>
    /// <param name="models">Entries of the feed that were taken.</param>
    /// <param name="skipped">Entries of the feed that were not.</param>
    internal ModelTable(
        IReadOnlyDictionary<string, T> named, IReadOnlyDictionary<string, T> agreed, bool sharedAmongProviders, int models, int skipped)
    {
        _named = named.ToFrozenDictionary(StringComparer.Ordinal);
        _namedBySpan = _named.GetAlternateLookup<ReadOnlySpan<char>>();
        _agreed = agreed.ToFrozenDictionary(StringComparer.Ordinal);
        _agreedBySpan = _agreed.GetAlternateLookup<ReadOnlySpan<char>>();
        _sharedAmongProviders = sharedAmongProviders;
        Models = models;
        Skipped = skipped;
    }

    /// <summary>The names under which the feed, or an alias, lists models.</summary>
    public IReadOnlyList<string> Names => _named.Keys;

    /// <summary>Number of models of the feed that have a usable value.</summary>
    public int Models { get; }

    /// <summary>Number of the feed's entries without one: no price, not a number, negative, no name.</summary>
    public int Skipped { get; }

    /// <summary>Finds what the feed says of a model.</summary>
    /// <param name="model">A name as the configuration writes it, with or without a provider.</param>
    /// <param name="value">The value found.</param>
    public bool TryGet(string model, out T value)
    {
        if (_named.TryGetValue(model, out value))
            return true;
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return _agreed.TryGetValue(model, out value);
        var bare = model.AsSpan(slash + 1);
        return _namedBySpan.TryGetValue(bare, out value)
            || (_sharedAmongProviders && (_agreed.TryGetValue(model, out value) || _agreedBySpan.TryGetValue(bare, out value)));
    }
}
