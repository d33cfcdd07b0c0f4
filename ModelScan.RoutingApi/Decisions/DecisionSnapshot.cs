using System.Collections.Frozen;
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
    private readonly FrozenSet<string> _models;
    private readonly string[] _wildcardPrefixes;

    /// <summary>Compiles a configuration.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="classifier">Decides among its routes.</param>
    /// <param name="since">When it came into force.</param>
    public DecisionSnapshot(LoadedConfig loaded, IRouteClassifier classifier, DateTimeOffset since)
    {
        (Loaded, Classifier, Since) = (loaded, classifier, since);
        Routes = new RouteTable(loaded.Config.Routes);
        var providers = loaded.Config.Providers;
        _models = providers.Where(provider => !provider.IsWildcard).SelectMany(provider => new[] { provider.Name, provider.Model, provider.ModelId }).ToFrozenSet(StringComparer.Ordinal);
        IsReachable = model => Knows(model) || Routes.HasCandidate(model);
        _wildcardPrefixes = [.. providers.Where(provider => provider.IsWildcard).Select(provider => $"{provider.Provider}/")];
    }

    public LoadedConfig Loaded { get; }

    public RoutingConfig Config => Loaded.Config;

    public IRouteClassifier Classifier { get; }

    /// <summary>When the configuration came into force.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>The configured routes.</summary>
    public RouteTable Routes { get; }

    /// <summary>The rules for agents; <see langword="null"/> for none.</summary>
    public SubagentRules? Subagents { get; init; }

    /// <summary>The models among which virtual models choose; none where they are not there.</summary>
    public Func<IReadOnlyList<ModelTarget>> Candidates { get; init; } = static () => [];

    /// <summary>An alias's target, one level; any other name as it is.</summary>
    public string? ResolveAlias(string? model) => model is not null && Config.Aliases.TryGetValue(model, out var target) ? target : model;

    /// <summary>Why a model is left alone for now; <see langword="null"/> from it while it is not.</summary>
    public Func<string, string?> ReasonToLeaveAlone
    {
        get;
        init
        {
            field = value;
            IsCoolingDown = model => value(model) is not null;
        }
    } = static _ => null;

    /// <summary>Whether a model has lately failed and is left alone for now.</summary>
    public Func<string, bool>? IsCoolingDown { get; private init; }

    /// <summary>How many requests a model has not answered yet.</summary>
    public Func<string, int>? InFlight { get; init; }

    /// <summary>Whether a model is known or a candidate of a configured route: one function for everyone who wants to be given one.</summary>
    public Predicate<string> IsReachable { get; }

    /// <summary>Whether <paramref name="model"/> can be reached: configured by name, full name or bare id, or covered by a wildcard.</summary>
    public bool Knows(string model)
    {
        if (_models.Contains(model) || Config.Aliases.ContainsKey(model))
            return true;
        foreach (var prefix in _wildcardPrefixes)
        {
            if (model.Length > prefix.Length && model.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}

/// <summary>Routes by name, and as a classifier sees them.</summary>
public sealed class RouteTable
{
    private readonly FrozenDictionary<string, RoutePreferenceConfig> _byName;

    /// <summary>Of routes of the same name the first counts.</summary>
    public RouteTable(IReadOnlyList<RoutePreferenceConfig> routes)
    {
        _byName = routes.DistinctBy(route => route.Name).ToFrozenDictionary(route => route.Name);
        Set = new RouteSet([.. routes.Select(route => new ClassifiableRoute(route.Name, route.Description, route.Examples, route.Threshold, route.IsDefault))]);
    }

    /// <summary>The routes as a classifier sees them.</summary>
    public RouteSet Set { get; }

    public bool IsEmpty => _byName.Count == 0;

    public RoutePreferenceConfig? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    /// <summary>Whether any route has <paramref name="model"/> among its candidates.</summary>
    public bool HasCandidate(string model) => _byName.Values.Any(route => route.Models.Contains(model));
}
