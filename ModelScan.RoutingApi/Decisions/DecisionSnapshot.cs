using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// Everything that a decision reads of the configuration, made once per configuration and never changed. A request takes one
/// and keeps it to its end.
/// </summary>
public sealed class DecisionSnapshot
{
    private readonly CandidateState _state;

    /// <summary>Compiles a configuration.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="models">Its models: what names mean is asked here, and nowhere else.</param>
    /// <param name="classifier">Decides among its routes.</param>
    /// <param name="since">When it came into force.</param>
    /// <param name="state">How models are at a given moment; <see langword="null"/> for well and idle.</param>
    public DecisionSnapshot(LoadedConfig loaded, ModelDirectory models, IRouteClassifier classifier, DateTimeOffset since, CandidateState? state = null)
    {
        (Loaded, Models, Classifier, Since, _state) = (loaded, models, classifier, since, state ?? CandidateState.Well);
        Routes = TableOf(loaded.Config.Routes);
        IsReachable = ReachableThrough(Routes);
        IsCoolingDown = name => Models.Find(name) is { } target && _state.ReasonToLeaveAlone(target) is not null;
    }

    public LoadedConfig Loaded { get; }

    public RoutingConfig Config => Loaded.Config;

    /// <summary>The models by every name that clients and routes may use.</summary>
    public ModelDirectory Models { get; }

    public IRouteClassifier Classifier { get; }

    /// <summary>When the configuration came into force.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>The configured routes.</summary>
    public RouteTable Routes { get; }

    /// <summary>The rules for agents; <see langword="null"/> for none.</summary>
    public SubagentRules? Subagents { get; init; }

    /// <summary>An alias's target, one level; any other name as it is.</summary>
    public string? ResolveAlias(string? model) => model is not null && Config.Aliases.TryGetValue(model, out var target) ? target : model;

    /// <summary>Whether a model is known or a candidate of a configured route: one function for everyone who wants to be given one.</summary>
    public Predicate<string> IsReachable { get; }

    /// <summary>Whether a model has lately failed and is left alone for now.</summary>
    public Func<string, bool> IsCoolingDown { get; }

    /// <summary>Routes with their candidates looked up.</summary>
    public RouteTable TableOf(IReadOnlyList<RoutePreferenceConfig> routes) => new(routes, Models, _state);

    /// <summary>The same as <see cref="IsReachable"/> with other routes.</summary>
    public Predicate<string> ReachableThrough(RouteTable routes) => name => Models.Find(name) is not null || routes.HasCandidate(name);
}
