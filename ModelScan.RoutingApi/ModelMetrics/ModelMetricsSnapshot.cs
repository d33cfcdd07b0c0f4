namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>
/// The last good data of every source; immutable. A request reads one snapshot from start to end. Where several sources
/// know a model, the one configured first counts.
/// </summary>
public sealed class ModelMetricsSnapshot
{
    private readonly ModelMetricsSourceSnapshot[] _priced;
    private readonly ModelMetricsSourceSnapshot[] _timed;

    /// <summary>Combines the sources in the order of the configuration; the list must not change afterwards.</summary>
    public ModelMetricsSnapshot(IReadOnlyList<ModelMetricsSourceSnapshot> sources)
    {
        Sources = sources;
        _priced = [.. sources.Where(source => source.Prices is not null)];
        _timed = [.. sources.Where(source => source.Latencies is not null)];
        PriceOf = model => TryGetPrice(model, out var price) ? price : null;
    }

    /// <summary>The snapshot without any source.</summary>
    public static ModelMetricsSnapshot Empty { get; } = new([]);

    /// <summary>All sources in the order of the configuration, also those that have not answered yet.</summary>
    public IReadOnlyList<ModelMetricsSourceSnapshot> Sources { get; }

    /// <summary>Every name that a price or latency list knows, possibly repeated.</summary>
    public IEnumerable<string> ModelNames => _priced.SelectMany(source => source.Prices!.Names).Concat(_timed.SelectMany(source => source.Latencies!.Names));

    /// <summary>A model's price, or <see langword="null"/> when unknown: one function for everyone who wants to be given one.</summary>
    public Func<string, ModelPrice?> PriceOf { get; }

    /// <summary>Finds a model's price; allocates nothing.</summary>
    public bool TryGetPrice(string model, out ModelPrice price) => TryGetPrice(model, out price, out _);

    /// <summary>Finds a model's price and the source that it comes from.</summary>
    public bool TryGetPrice(string model, out ModelPrice price, out ModelMetricsSourceSnapshot? source)
    {
        foreach (var candidate in _priced)
        {
            if (candidate.Prices!.TryGet(model, out price))
            {
                source = candidate;
                return true;
            }
        }

        price = default;
        source = null;
        return false;
    }

    /// <summary>Finds a model's latency in seconds (of a Prometheus source: in whatever unit its query yields); allocates nothing.</summary>
    public bool TryGetLatency(string model, out double seconds) => TryGetLatency(model, out seconds, out _);

    /// <summary>Finds a model's latency and the source that it comes from.</summary>
    public bool TryGetLatency(string model, out double seconds, out ModelMetricsSourceSnapshot? source)
    {
        foreach (var candidate in _timed)
        {
            if (candidate.Latencies!.TryGet(model, out seconds))
            {
                source = candidate;
                return true;
            }
        }

        seconds = 0;
        source = null;
        return false;
    }
}
