using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Plano;

/// <summary>What containers report about themselves; every measurement carries the container's name. Thread-safe.</summary>
internal sealed class PlanoMeters
{
    private readonly ConcurrentDictionary<string, Func<PlanoContainerSnapshot>> _containers = new(StringComparer.Ordinal);
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _failures;

    public PlanoMeters(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _restarts = meter.CreateCounter<long>(TelemetryNames.PlanoRestarts, "{restart}", "Times that the Plano container was started again.");
        _failures = meter.CreateCounter<long>(TelemetryNames.PlanoHealthCheckFailures, "{check}", "Health checks that a healthy Plano container failed.");
        meter.CreateObservableGauge(TelemetryNames.PlanoState, States, null, "1 for the state that the Plano container is in, 0 for the others.");
    }

    /// <summary>Shows a container's state until <see cref="Forget"/>.</summary>
    public void Watch(string container, Func<PlanoContainerSnapshot> current) => _containers[container] = current;

    public void Forget(string container) => _containers.TryRemove(container, out _);

    public void CountRestart(string container) => _restarts.Add(1, Container(container));

    public void CountHealthCheckFailure(string container) => _failures.Add(1, Container(container));

    /// <summary>A state's name as metrics, logs and answers write it.</summary>
    public static string NameOf(PlanoContainerStatus status) => status.ToString().ToLowerInvariant();

    private static KeyValuePair<string, object?> Container(string name) => new(TelemetryNames.PlanoContainer, name);

    private IEnumerable<Measurement<int>> States() =>
        from container in _containers
        let current = container.Value().Status
        from status in Enum.GetValues<PlanoContainerStatus>()
        select new Measurement<int>(status == current ? 1 : 0, Container(container.Key), new KeyValuePair<string, object?>("state", NameOf(status)));
}
