using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Counts what becomes of the questions to a router model.</summary>
internal sealed class RouterModelMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ModelScan.RouterModel";

    private readonly Counter<long> _decisions;

    public RouterModelMeter(IMeterFactory meters) =>
        _decisions = meters.Create(Name).CreateCounter<long>(
            "modelscan.router_model.decisions", "{decision}", "Decisions asked of the router model, by outcome.");

    /// <summary>The model answered, or a recent answer was used.</summary>
    public void Answered(bool matched, bool cached) =>
        _decisions.Add(1, new("outcome", matched ? "route" : "none"), new("cached", cached));

    /// <summary>The fallback has to decide.</summary>
    public void Failed(string errorType) => _decisions.Add(1, new("outcome", "failed"), new("error.type", errorType));
}
