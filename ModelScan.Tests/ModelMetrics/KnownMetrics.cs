using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

/// <summary>Snapshots with given content, for tests of what reads them.</summary>
internal static class KnownMetrics
{
    public static readonly DateTimeOffset FetchedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One cost source in which the whole price is the input's.</summary>
    public static ModelMetricsSnapshot Prices(params (string Model, double Total)[] prices) => new([PriceSource(prices)]);

    /// <summary>One latency source, in seconds.</summary>
    public static ModelMetricsSnapshot Latencies(params (string Model, double Seconds)[] latencies) => new([LatencySource(latencies)]);

    public static ModelMetricsSourceSnapshot PriceSource(params (string Model, double Total)[] prices)
    {
        var table = new ModelTableBuilder<ModelPrice>(new Dictionary<string, string>(), ModelPrice.InCommon);
        foreach (var (model, total) in prices)
            table.Add(new ModelPrice(total, 0), model);
        return new(new(ModelMetricsSourceKind.CostEndpoint, new Uri("http://costs/")))
        {
            Prices = table.Build(sharedAmongProviders: true),
            FetchedAt = FetchedAt,
            Attempts = 1,
        };
    }

    public static ModelMetricsSourceSnapshot LatencySource(params (string Model, double Seconds)[] latencies)
    {
        var table = new ModelTableBuilder<double>(new Dictionary<string, string>(), (a, b) => a.Equals(b) ? a : null);
        foreach (var (model, seconds) in latencies)
            table.Add(seconds, model);
        return new(new(ModelMetricsSourceKind.Prometheus, new Uri("http://prometheus:9090/")))
        {
            Latencies = table.Build(sharedAmongProviders: false),
            FetchedAt = FetchedAt,
            Attempts = 1,
        };
    }
}
