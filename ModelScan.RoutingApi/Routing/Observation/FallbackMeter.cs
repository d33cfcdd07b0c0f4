using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Counts requests that another mode than the one in force had to answer.</summary>
internal sealed class FallbackMeter(ProxyMeters meters)
{
    /// <summary>Notes that <paramref name="mode"/> did not answer.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="code">What went wrong, for programs.</param>
    public void FellBack(string mode, string code) =>
        meters.Fallbacks.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Mode, mode), new KeyValuePair<string, object?>(TelemetryNames.ErrorType, code));
}
