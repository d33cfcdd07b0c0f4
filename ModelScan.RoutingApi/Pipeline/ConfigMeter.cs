using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>Which configuration is in force, as metrics: replicas that run different ones, or refused a change, are seen from outside.</summary>
internal sealed class ConfigMeter
{
    /// <summary>1; tag <c>hash</c>: the configuration's, the first twelve hex digits.</summary>
    public const string InfoName = "modelscan.config.info";

    /// <summary>1 while the file as it is now is refused and an older one in force, else 0.</summary>
    public const string RefusedName = "modelscan.config.refused";

    private const int Digits = 12;

    public ConfigMeter(IMeterFactory meters, CurrentSnapshot current, ConfigReloader reloader)
    {
        var meter = meters.Create(GatewayMeter.Name);
        meter.CreateObservableGauge(
            InfoName, () => new Measurement<int>(1, new KeyValuePair<string, object?>("hash", current.Value.Loaded.Hash[..Digits])), null, "1 for the configuration in force.");
        meter.CreateObservableGauge(RefusedName, () => reloader.Refused is null ? 0 : 1, null, "1 while a changed configuration is refused.");
    }
}
