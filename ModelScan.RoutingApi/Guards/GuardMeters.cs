using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Guards;

/// <summary>What is measured of guards and filters.</summary>
internal sealed class GuardMeters
{
    private static readonly double[] Seconds = [0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    private readonly Counter<long> _findings;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _filters;
    private readonly Dictionary<(string Guard, string Direction, string Kind, string Action), long> _counts = [];
    private readonly Lock _lock = new();

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Makes meters.</param>
    public GuardMeters(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _findings = meter.CreateCounter<long>(TelemetryNames.GuardFindings, "{finding}", "What guards found, by guard, direction, kind and action.");
        _duration = meter.CreateHistogram(TelemetryNames.GuardDuration, "s", "How long the guards of a request took, those of its answer apart.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _filters = meter.CreateHistogram(TelemetryNames.FilterDuration, "s", "How long a filter took, by filter, direction and outcome.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    }

    /// <summary>What has been found since the start.</summary>
    public IReadOnlyList<(string Guard, string Direction, string Kind, string Action, long Count)> Counts
    {
        get
        {
            lock (_lock)
                return [.. _counts.Select(pair => (pair.Key.Guard, pair.Key.Direction, pair.Key.Kind, pair.Key.Action, pair.Value)).OrderBy(row => row.Guard, StringComparer.Ordinal)];
        }
    }

    /// <summary>Counts findings. Guards and kinds come from the configuration and the program, so that there are few.</summary>
    public void Found(string guard, string direction, string kind, string action, int count)
    {
        _findings.Add(count, new("guard", guard), new("direction", direction), new("kind", kind), new("action", action));
        lock (_lock)
            _counts[(guard, direction, kind, action)] = _counts.GetValueOrDefault((guard, direction, kind, action)) + count;
    }

    /// <summary>The guards of a request are through.</summary>
    public void Guarded(string direction, TimeSpan took) => _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("direction", direction));

    /// <summary>A filter has answered, or failed.</summary>
    public void Filtered(string filter, string direction, string outcome, TimeSpan took) =>
        _filters.Record(took.TotalSeconds, new KeyValuePair<string, object?>("filter", filter), new("direction", direction), new("outcome", outcome));
}
