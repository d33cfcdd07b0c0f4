using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Governance;

/// <summary>What is measured of keys and limits. Labels are names of the configuration alone.</summary>
internal sealed class GovernanceMeters
{
    /// <summary>Makes the instruments.</summary>
    public GovernanceMeters(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeter.Name);
        Requests = meter.CreateCounter<long>("modelscan.key.requests", "{request}", "Requests by the gateway's key.");
        Refusals = meter.CreateCounter<long>("modelscan.governance.refusals", "{request}", "Requests that were refused, by limit or reason; shadow: those that would have been.");
        Used = meter.CreateCounter<double>("modelscan.limit.used", "{unit}", "What was counted for a limit: USD, tokens, requests.");
        Warnings = meter.CreateCounter<long>("modelscan.limit.warnings", "{event}", "Times that a percentage of warn_at was reached.");
        meter.CreateObservableGauge("modelscan.governance.degraded", () => Degraded?.Invoke() == true ? 1 : 0, null, "1 while limits are not counted in the store that gateways share.");
        meter.CreateObservableGauge("modelscan.governance.journal", () => Waiting?.Invoke() ?? 0, "{request}", "Requests that are over and wait to be counted in the store.");
    }

    /// <summary>By key.</summary>
    public Counter<long> Requests { get; }

    /// <summary>By reason, limit, shadow.</summary>
    public Counter<long> Refusals { get; }

    /// <summary>By limit and kind.</summary>
    public Counter<double> Used { get; }

    /// <summary>By limit and percentage.</summary>
    public Counter<long> Warnings { get; }

    /// <summary>Whether the store is away.</summary>
    public Func<bool>? Degraded { get; set; }

    /// <summary>How many settlements wait.</summary>
    public Func<int>? Waiting { get; set; }
}
