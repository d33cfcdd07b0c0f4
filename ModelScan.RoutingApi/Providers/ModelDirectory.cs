using System.Collections.Concurrent;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// The models of one configuration, each described once. Everything but what wildcards stand for is compiled ahead; requests read
/// without a lock. What a name means, <see cref="ModelNames"/> says.
/// </summary>
public sealed class ModelDirectory
{
    // Names behind wildcards come from clients; beyond this many they are described afresh each time.
    private const int MaxRemembered = 4096;
    private const int MaxSuggestions = 3;

    private readonly ModelNames _names;
    private readonly IReadOnlyList<ModelProviderConfig> _entries;
    private readonly ModelTarget?[] _targets;
    private readonly ConcurrentDictionary<string, ModelTarget> _remembered = new(StringComparer.Ordinal);
    private readonly ModelCatalogue? _catalogue;
    private readonly Uri? _mock;
    private readonly Lazy<IReadOnlyList<ModelTarget>> _candidates;

    /// <summary>Compiles a configuration's models.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="mock">Plays providers for which there is no key; <see langword="null"/> for none.</param>
    /// <param name="catalogue">What is known of models; <see langword="null"/> for what the program itself knows.</param>
    public ModelDirectory(RoutingConfig config, Uri? mock, ModelCatalogue? catalogue = null)
    {
        (_names, _entries, _mock, _catalogue) = (new ModelNames(config.Providers, config.Aliases), config.Providers, mock, catalogue);
        _targets = [.. config.Providers.Select((entry, position) => entry.IsWildcard ? null : new ModelTarget(entry, ModelNames.WithoutSuffix(entry.ModelId), position, mock, catalogue))];
        _candidates = new Lazy<IReadOnlyList<ModelTarget>>(() => ModelCandidates.Of(config, this, (catalogue ?? ModelCatalogue.Embedded).Current));
        Default = First(entry => entry.IsDefault);
        DirectDefault = config.DirectDefaultProvider is { } name ? First(entry => entry.Name == name) ?? First(entry => entry.Provider == name) : Default;
    }

    /// <summary>The models among which the gateway chooses where nobody names one.</summary>
    public IReadOnlyList<ModelTarget> Candidates => _candidates.Value;

    /// <summary>The model for requests that name none; <see langword="null"/> when the configuration has no default.</summary>
    public ModelTarget? Default { get; }

    /// <summary>The same in direct mode (<c>routing.direct.default_provider</c>: an entry, or a provider's first entry).</summary>
    public ModelTarget? DirectDefault { get; }

    /// <summary>The model that <paramref name="name"/> means, or <see langword="null"/>.</summary>
    public ModelTarget? Find(string name)
    {
        if (_remembered.TryGetValue(name, out var target))
            return target;
        if (_names.Find(name) is not { } model)
            return null;
        target = _targets[model.Position] ?? Describe(model);
        if (_remembered.Count < MaxRemembered)
            target = _remembered.GetOrAdd(name, target);
        return target;
    }

    /// <summary>Every entry of the configuration as whatever its provider serves, in the order of the file.</summary>
    public IEnumerable<ModelTarget> Providers => Enumerable.Range(0, _entries.Count).Select(AnyOf);

    /// <summary>Whatever the provider of that name serves: of an entry, a provider or a model; <see langword="null"/> for none.</summary>
    public ModelTarget? FindProvider(string name)
    {
        for (var position = 0; position < _entries.Count; position++)
        {
            if (_entries[position].Name == name || _entries[position].Provider == name)
                return AnyOf(position);
        }

        return Find(name) is { } model ? AnyProviderOf(model) : null;
    }

    /// <summary>Whatever the provider of <paramref name="model"/> serves.</summary>
    public ModelTarget AnyProviderOf(ModelTarget model)
    {
        for (var position = 0; position < _entries.Count; position++)
        {
            if (ReferenceEquals(_entries[position], model.Config))
                return AnyOf(position);
        }

        return model;
    }

    /// <summary>Up to three known names that are close to one that is not, the closest first.</summary>
    public IReadOnlyList<string> Near(string name)
    {
        var candidates = _names.All.ToHashSet(StringComparer.Ordinal);
        var near = new List<string>(MaxSuggestions);
        while (near.Count < MaxSuggestions && NearestName.Find(name, candidates) is { } nearest)
        {
            near.Add(nearest);
            candidates.Remove(nearest);
        }

        return near;
    }

    // One model behind a wildcard is one target, by whichever of its names it was found: candidates are compared by reference.
    private ModelTarget Describe(NamedModel model)
    {
        var key = $"\0{model.Position}/{model.ModelId}";
        if (_remembered.TryGetValue(key, out var target))
            return target;
        target = new ModelTarget(model.Entry, model.ModelId, model.Position, _mock, _catalogue);
        return _remembered.Count < MaxRemembered ? _remembered.GetOrAdd(key, target) : target;
    }

    private ModelTarget AnyOf(int position) => Describe(new NamedModel(_entries[position], position, "*"));

    private ModelTarget? First(Func<ModelProviderConfig, bool> condition) =>
        _targets.FirstOrDefault(target => target is not null && condition(target.Config));
}
