using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Governance;

/// <summary>
/// Models as keys and limits name them: a model by any of its names (<c>provider/model</c>, the entry's, the bare id), <c>provider/*</c>, <c>*</c>, and of keys
/// <c>route:NAME</c> and <c>route:*</c>, which mean the candidates of configured routes. Names count as they are after aliases have been resolved. Immutable.
/// </summary>
internal sealed class ModelPattern
{
    private const string RoutePrefix = "route:";
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _providers = [];
    private readonly HashSet<string> _routes = new(StringComparer.Ordinal);
    private readonly bool _anyModel;
    private readonly bool _anyRoute;

    /// <summary>Reads the patterns.</summary>
    public ModelPattern(IReadOnlyList<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (pattern == "*")
                _anyModel = true;
            else if (pattern is "route:*")
                _anyRoute = true;
            else if (pattern.StartsWith(RoutePrefix, StringComparison.Ordinal))
                _routes.Add(pattern[RoutePrefix.Length..]);
            else if (pattern.EndsWith("/*", StringComparison.Ordinal))
                _providers.Add(pattern[..^1]);
            else
                _names.Add(pattern);
        }
    }

    /// <summary>Whether a model is among them.</summary>
    /// <param name="target">The model.</param>
    /// <param name="route">The configured route whose candidate it is; <see langword="null"/> for none.</param>
    public bool Matches(ModelTarget target, CandidateRoute? route = null)
    {
        if (_anyModel || (_names.Count > 0 && (_names.Contains(target.Name) || _names.Contains(target.ModelId) || (!target.Config.IsWildcard && _names.Contains(target.Config.Name)))))
            return true;
        foreach (var provider in _providers)
        {
            if (target.Name.StartsWith(provider, StringComparison.Ordinal))
                return true;
        }

        return route is not null && (_anyRoute || _routes.Contains(route.Config.Name)) && IsCandidate(target, route);
    }

    private static bool IsCandidate(ModelTarget target, CandidateRoute route)
    {
        for (var i = 0; i < route.Candidates.Count; i++)
        {
            if (route.Candidates[i].Target == target)
                return true;
        }

        return false;
    }
}
