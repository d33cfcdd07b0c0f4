using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>A candidate of a route.</summary>
/// <param name="Name">What the route calls it; sessions and answers keep to that name.</param>
/// <param name="Target">The model that the name means; <see langword="null"/> where the configuration has none, which routes that come with a request may do.</param>
public readonly record struct RouteCandidate(string Name, ModelTarget? Target);

/// <summary>A route whose candidates have been looked up, once. Immutable.</summary>
public sealed class CandidateRoute
{
    private readonly RouteCandidate[] _candidates;

    /// <summary>Looks the candidates up.</summary>
    /// <param name="config">The route.</param>
    /// <param name="models">The models by their names.</param>
    /// <param name="state">How models are at a given moment.</param>
    public CandidateRoute(RoutePreferenceConfig config, ModelDirectory models, CandidateState state)
    {
        Config = config;
        _candidates = [.. config.Models.Select(name => new RouteCandidate(name, models.Find(name)))];
        ReasonToLeaveAlone = name => TargetOf(name) is { } target ? state.ReasonToLeaveAlone(target) : null;
        IsCoolingDown = name => ReasonToLeaveAlone(name) is not null;
        InFlight = name => TargetOf(name) is { } target ? state.InFlight(target) : 0;
    }

    /// <summary>What the configuration or the request says of it.</summary>
    public RoutePreferenceConfig Config { get; }

    /// <summary>Its candidates in declared order.</summary>
    public IReadOnlyList<RouteCandidate> Candidates => _candidates;

    /// <summary>Why a candidate is left alone for now; <see langword="null"/> from it while it is not.</summary>
    public Func<string, string?> ReasonToLeaveAlone { get; }

    /// <summary>Whether a candidate has lately failed and is left alone for now.</summary>
    public Func<string, bool> IsCoolingDown { get; }

    /// <summary>How many requests a candidate has not answered yet.</summary>
    public Func<string, int> InFlight { get; }

    /// <summary>The model that a candidate's name means; <see langword="null"/> for none, and for a name that is no candidate's.</summary>
    public ModelTarget? TargetOf(string name)
    {
        foreach (var candidate in _candidates)
        {
            if (candidate.Name == name)
                return candidate.Target;
        }

        return null;
    }
}

/// <summary>How models are at the moment at which a decision is made.</summary>
/// <param name="ReasonToLeaveAlone">Why a model is left alone; <see langword="null"/> from it while it is not.</param>
/// <param name="InFlight">How many requests it has not answered yet.</param>
public sealed record CandidateState(Func<ModelTarget, string?> ReasonToLeaveAlone, Func<ModelTarget, int> InFlight)
{
    /// <summary>Everybody is well and idle.</summary>
    public static CandidateState Well { get; } = new(static _ => null, static _ => 0);
}

/// <summary>Routes by name, and as a classifier sees them.</summary>
public sealed class RouteTable
{
    private readonly FrozenDictionary<string, CandidateRoute> _byName;

    /// <summary>Of routes of the same name the first counts.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="models">What their candidates' names mean.</param>
    /// <param name="state">How models are at a given moment.</param>
    public RouteTable(IReadOnlyList<RoutePreferenceConfig> routes, ModelDirectory models, CandidateState state)
    {
        _byName = routes.DistinctBy(route => route.Name).ToFrozenDictionary(route => route.Name, route => new CandidateRoute(route, models, state));
        Set = new RouteSet([.. routes.Select(route => new ClassifiableRoute(route.Name, route.Description, route.Examples, route.Threshold, route.IsDefault))]);
    }

    /// <summary>The routes as a classifier sees them.</summary>
    public RouteSet Set { get; }

    public bool IsEmpty => _byName.Count == 0;

    public CandidateRoute? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    /// <summary>Whether any route has <paramref name="model"/> among its candidates.</summary>
    public bool HasCandidate(string model) => _byName.Values.Any(route => route.Config.Models.Contains(model));
}
