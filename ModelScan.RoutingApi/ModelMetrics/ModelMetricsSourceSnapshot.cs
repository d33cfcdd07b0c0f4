using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>What is known from one source, and how the last attempts to refresh it went.</summary>
/// <param name="Source">Its configuration.</param>
public sealed record ModelMetricsSourceSnapshot(ModelMetricsSourceConfig Source)
{
    /// <summary>The last good prices; <see langword="null"/> of a latency source, and until the first fetch that worked.</summary>
    public ModelTable<ModelPrice>? Prices { get; init; }

    /// <summary>The last good latencies in seconds; <see langword="null"/> of a cost source, and until the first fetch that worked.</summary>
    public ModelTable<double>? Latencies { get; init; }

    /// <summary>When that data came; <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Attempts finished so far, good or bad.</summary>
    public int Attempts { get; init; }

    /// <summary>Failed attempts since the last good one.</summary>
    public int Failures { get; init; }

    /// <summary>What the last attempt failed of; <see langword="null"/> after a good one.</summary>
    public string? LastFailure { get; init; }

    /// <summary>The source's name in logs and metrics.</summary>
    public string Name => Source.Kind switch
    {
        ModelMetricsSourceKind.DigitalOceanCatalog => "digitalocean",
        ModelMetricsSourceKind.ModelsDev => "models.dev",
        ModelMetricsSourceKind.CostEndpoint => "cost endpoint",
        ModelMetricsSourceKind.Prometheus => "prometheus",
        _ => "observed",
    };

    /// <summary>Number of models with data.</summary>
    public int Models => Prices?.Models ?? Latencies?.Models ?? 0;

    /// <summary>How old the data is, at least zero; <see langword="null"/> if there is none.</summary>
    public TimeSpan? Age(DateTimeOffset now)
    {
        if (FetchedAt is not { } fetched)
            return null;
        return now > fetched ? now - fetched : TimeSpan.Zero;
    }

    /// <summary>This source after a fetch that worked.</summary>
    internal ModelMetricsSourceSnapshot Refreshed(ModelMetricsReading reading, DateTimeOffset now) => this with
    {
        Prices = reading.Prices,
        Latencies = reading.Latencies,
        FetchedAt = now,
        Attempts = Attempts + 1,
        Failures = 0,
        LastFailure = null,
    };

    /// <summary>This source after a fetch that failed: the data stays.</summary>
    internal ModelMetricsSourceSnapshot Failed(string reason) => this with
    {
        Attempts = Attempts + 1,
        Failures = Failures + 1,
        LastFailure = reason,
    };
}
