using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Headers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Everything that requests read of a configuration, made once and never changed: a reload is the swap of one of these for another. A
/// request takes one and keeps it to its end.
/// </summary>
/// <param name="Decisions">What deciding reads.</param>
public sealed record GatewaySnapshot(DecisionSnapshot Decisions)
{
    /// <summary>The models by every name that clients and routes may use.</summary>
    public ModelDirectory Models => Decisions.Models;

    public LoadedConfig Loaded => Decisions.Loaded;

    public RoutingConfig Config => Decisions.Config;

    /// <summary>Which headers pass.</summary>
    internal HeaderLists Headers { get; } = new(Decisions.Config.Headers);

    public IRouteClassifier Classifier => Decisions.Classifier;

    /// <summary>When the configuration came into force.</summary>
    public DateTimeOffset Since => Decisions.Since;
}
