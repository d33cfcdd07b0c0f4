using System.Collections.Concurrent;
using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Finds the model that a name means, for one configuration:
/// <list type="number">
/// <item>an alias's target, one level;</item>
/// <item>an entry's name, <c>provider/model</c> or bare id; of equal bare ids the first in the file;</item>
/// <item>a wildcard of the provider before the first slash, or for a bare id the one that its family belongs to;</item>
/// <item>what stands behind the first slash, as a name or a bare id.</item>
/// </list>
/// Everything but what wildcards stand for is compiled ahead; requests read without a lock.
/// </summary>
public sealed class ModelDirectory
{
    // Names behind wildcards come from clients; beyond this many they are described afresh each time.
    private const int MaxRemembered = 4096;
    private const int MaxSuggestions = 3;

    private readonly IReadOnlyDictionary<string, string> _aliases;
    private readonly FrozenDictionary<string, ModelTarget> _exact;
    private readonly FrozenDictionary<string, (ModelProviderConfig Config, int Position)> _wildcards;
    private readonly ConcurrentDictionary<string, ModelTarget> _behindWildcards = new(StringComparer.Ordinal);
    private readonly ModelCatalogue? _catalogue;
    private readonly Uri? _mock;

    /// <summary>Compiles a configuration's models.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="mock">Plays providers for which there is no key; <see langword="null"/> for none.</param>
    /// <param name="catalogue">What is known of models; <see langword="null"/> for what the program itself knows.</param>
    public ModelDirectory(RoutingConfig config, Uri? mock, ModelCatalogue? catalogue = null)
    {
        (_aliases, _mock, _catalogue) = (config.Aliases, mock, catalogue);
        var exact = new Dictionary<string, ModelTarget>(StringComparer.Ordinal);
        var wildcards = new Dictionary<string, (ModelProviderConfig, int)>(StringComparer.Ordinal);
        var targets = new List<(ModelProviderConfig Config, ModelTarget Target)>();
        for (var i = 0; i < config.Providers.Count; i++)
        {
            var entry = config.Providers[i];
            if (entry.IsWildcard)
                wildcards.TryAdd(entry.Provider, (entry, i));
            else
                targets.Add((entry, new ModelTarget(entry, entry.ModelId, i, mock, catalogue)));
        }

        // A name that somebody chose comes before what follows from another entry's model.
        foreach (var (entry, target) in targets)
            exact.TryAdd(entry.Name, target);
        foreach (var (entry, target) in targets)
            exact.TryAdd(entry.Model, target);
        foreach (var (entry, target) in targets)
            exact.TryAdd(entry.ModelId, target);
        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = wildcards.ToFrozenDictionary(StringComparer.Ordinal);
        Default = targets.FirstOrDefault(pair => pair.Config.IsDefault).Target;
        DirectDefault = config.DirectDefaultProvider is not { } name ? Default
            : targets.FirstOrDefault(pair => pair.Config.Name == name).Target ?? targets.FirstOrDefault(pair => pair.Config.Provider == name).Target;
    }

    /// <summary>The model for requests that name none; <see langword="null"/> when the configuration has no default.</summary>
    public ModelTarget? Default { get; }

    /// <summary>The same in direct mode (<c>routing.direct.default_provider</c>: an entry, or a provider's first entry).</summary>
    public ModelTarget? DirectDefault { get; }

    /// <summary>The model that <paramref name="name"/> means, or <see langword="null"/>.</summary>
    public ModelTarget? Find(string name)
    {
        if (_aliases.TryGetValue(name, out var aliased))
            name = aliased;
        if (_exact.TryGetValue(name, out var target) || _behindWildcards.TryGetValue(name, out target))
            return target;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < name.Length - 1 && _wildcards.TryGetValue(name[..slash], out var wildcard))
            return Describe(name, wildcard, name[(slash + 1)..]);
        if (slash < 0 && ProviderCatalogue.MakerOf(ModelName.Parse(name).Family) is { } maker && _wildcards.TryGetValue(maker.Name, out wildcard))
            return Describe(name, wildcard, name);
        return slash >= 0 ? _exact.GetValueOrDefault(name[(slash + 1)..]) : null;
    }

    /// <summary>Up to three known names that are close to one that is not, the closest first.</summary>
    public IReadOnlyList<string> Near(string name)
    {
        var candidates = _aliases.Keys.Concat(_exact.Keys).ToHashSet(StringComparer.Ordinal);
        var near = new List<string>(MaxSuggestions);
        while (near.Count < MaxSuggestions && NearestName.Find(name, candidates) is { } nearest)
        {
            near.Add(nearest);
            candidates.Remove(nearest);
        }

        return near;
    }

    private ModelTarget Describe(string name, (ModelProviderConfig Config, int Position) wildcard, string modelId)
    {
        var target = new ModelTarget(wildcard.Config, modelId, wildcard.Position, _mock, _catalogue);
        if (_behindWildcards.Count < MaxRemembered)
            _behindWildcards.TryAdd(name, target);
        return target;
    }
}
