using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Governance;

/// <summary>
/// What is measured of keys and limits. Labels are names of the configuration alone. What every request adds to is kept as a number, and told
/// when somebody asks.
/// </summary>
internal sealed class GovernanceMeters
{
    private readonly ConcurrentDictionary<(string Limit, LimitKind Kind), LimitTotal> _used = new();

    /// <summary>Makes the instruments.</summary>
    public GovernanceMeters(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeter.Name);
        meter.CreateObservableCounter("modelscan.key.requests", () => Requests?.Invoke() ?? [], "{request}", "Requests by the gateway's key.");
        Refusals = meter.CreateCounter<long>("modelscan.governance.refusals", "{request}", "Requests that were refused, by limit or reason; shadow: those that would have been.");
        meter.CreateObservableCounter("modelscan.limit.used", () => _used.Select(Told), "{unit}", "What was counted for a limit: USD, tokens, requests.");
        Warnings = meter.CreateCounter<long>("modelscan.limit.warnings", "{event}", "Times that a percentage of warn_at was reached.");
        meter.CreateObservableGauge("modelscan.governance.degraded", () => Degraded?.Invoke() == true ? 1 : 0, null, "1 while limits are not counted in the store that gateways share.");
        meter.CreateObservableGauge("modelscan.governance.journal", () => Waiting?.Invoke() ?? 0, "{request}", "Requests that are over and wait to be counted in the store.");
    }

    /// <summary>By reason, limit, shadow.</summary>
    public Counter<long> Refusals { get; }

    /// <summary>By limit and percentage.</summary>
    public Counter<long> Warnings { get; }

    /// <summary>Requests by key, since the start.</summary>
    public Func<IEnumerable<Measurement<long>>>? Requests { get; set; }

    /// <summary>Whether the store is away.</summary>
    public Func<bool>? Degraded { get; set; }

    /// <summary>How many settlements wait.</summary>
    public Func<int>? Waiting { get; set; }

    /// <summary>So much was used of a limit, in its units.</summary>
    public void Used(Limit limit, long units)
    {
        if (units > 0)
            (limit.Total ??= _used.GetOrAdd((limit.Config.Id, limit.Config.Kind), static (_, scale) => new LimitTotal(scale), limit.Scale)).Add(units);
    }

    private static Measurement<double> Told(KeyValuePair<(string Limit, LimitKind Kind), LimitTotal> used) => new(
        used.Value.Amount, new("limit", used.Key.Limit), new KeyValuePair<string, object?>("kind", ConfigNames<LimitKind>.Of(used.Key.Kind)));
}
