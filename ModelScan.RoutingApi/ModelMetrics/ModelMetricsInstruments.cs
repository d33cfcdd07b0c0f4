using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>What the sources report about themselves.</summary>
internal sealed class ModelMetricsInstruments
{
    /// <summary>Seconds since the data of a source was fetched; tags <c>source</c> and <c>server.address</c>.</summary>
    public const string AgeName = "modelscan.model_metrics.age";

    /// <summary>Attempts to refresh; tags <c>source</c>, <c>server.address</c> and <c>outcome</c> (<c>ok</c>, or a word of <see cref="ModelMetricsFetchException.Outcome"/>).</summary>
    public const string RefreshesName = "modelscan.model_metrics.refreshes";

    private readonly Counter<long> _refreshes;

    public ModelMetricsInstruments(IMeterFactory meters, TimeProvider time, Func<ModelMetricsSnapshot> current)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _refreshes = meter.CreateCounter<long>(RefreshesName, "{refresh}", "Attempts to refresh a source of prices or latencies.");
        meter.CreateObservableGauge(AgeName, () => Ages(current(), time.GetUtcNow()), "s", "Age of the data of a source of prices or latencies.");
    }

    public void CountRefresh(ModelMetricsSourceSnapshot source, string outcome) =>
        _refreshes.Add(1, Tag("source", source.Name), Tag("server.address", source.Source.Url?.Host), Tag("outcome", outcome));

    private static IEnumerable<Measurement<double>> Ages(ModelMetricsSnapshot snapshot, DateTimeOffset now) =>
        from source in snapshot.Sources
        let age = source.Age(now)
        where age is not null
        select new Measurement<double>(age.Value.TotalSeconds, Tag("source", source.Name), Tag("server.address", source.Source.Url?.Host));

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);
}
