using System.Collections.Frozen;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>What a name means: an entry of <c>model_providers</c>, and the model at its provider.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Position">Its index in the configuration.</param>
/// <param name="ModelId">The model as the provider knows it: the entry's own, or for a wildcard what stands in its place.</param>
public readonly record struct NamedModel(ModelProviderConfig Entry, int Position, string ModelId);

/// <summary>
/// Finds the entry of <c>model_providers</c> that a name means; the one place in which names are resolved, for requests as for
/// validation:
/// <list type="number">
/// <item>an alias's target, one level;</item>
/// <item>an entry's name, <c>provider/model</c> or bare id; of equal bare ids the first in the file;</item>
/// <item>a wildcard of the provider before the first slash;</item>
/// <item>for a bare id the wildcard of the provider that its family belongs to, or the only provider that there is;</item>
/// <item>what stands behind the first slash, as a name or a bare id;</item>
/// <item>all of that without a suffix such as <c>[1m]</c>, by which clients ask for a larger context window.</item>
/// </list>
/// Immutable.
/// </summary>
public sealed class ModelNames
{
    private readonly IReadOnlyDictionary<string, string> _aliases;
    private readonly FrozenDictionary<string, NamedModel> _exact;
    private readonly FrozenDictionary<string, NamedModel> _wildcards;
    private readonly NamedModel? _onlyWildcard;

    /// <summary>Compiles the names of a configuration.</summary>
    /// <param name="providers">Its entries, in the order of the file.</param>
    /// <param name="aliases">Alias to target.</param>
    public ModelNames(IReadOnlyList<ModelProviderConfig> providers, IReadOnlyDictionary<string, string> aliases)
    {
        _aliases = aliases;
        var models = providers.Select((entry, position) => new NamedModel(entry, position, WithoutSuffix(entry.ModelId))).ToArray();
        var exact = new Dictionary<string, NamedModel>(StringComparer.Ordinal);
        var wildcards = new Dictionary<string, NamedModel>(StringComparer.Ordinal);

        // A name that somebody chose comes before what follows from another entry's model.
        foreach (var nameOf in (ReadOnlySpan<Func<ModelProviderConfig, string>>)[entry => entry.Name, entry => entry.Model, entry => entry.ModelId])
        {
            foreach (var model in models.Where(model => !model.Entry.IsWildcard))
                exact.TryAdd(nameOf(model.Entry), model);
        }

        foreach (var model in models.Where(model => model.Entry.IsWildcard))
            wildcards.TryAdd(model.Entry.Provider, model);
        foreach (var model in models.Where(model => model.Entry.IsWildcard))
            wildcards.TryAdd(ProviderCatalogue.Find(model.Entry.Provider)?.Name ?? model.Entry.Provider, model);
        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = wildcards.ToFrozenDictionary(StringComparer.Ordinal);
        if (models.Length > 0 && models.All(model => model.Entry.Provider == models[0].Entry.Provider) && _wildcards.TryGetValue(models[0].Entry.Provider, out var only))
            _onlyWildcard = only;
    }

    /// <summary>Every name that is written down: aliases, entries, models and bare ids.</summary>
    public IEnumerable<string> All => _aliases.Keys.Concat(_exact.Keys);

    /// <summary>What <paramref name="name"/> means, or <see langword="null"/>.</summary>
    public NamedModel? Find(string name)
    {
        if (FindAsWritten(name) is { } found)
            return found;
        var stripped = WithoutSuffix(name);
        return stripped.Length < name.Length ? FindAsWritten(stripped) : null;
    }

    /// <summary>A model's id without a suffix in brackets, which is a client's note and no part of it: <c>claude-sonnet-4-5[1m]</c>.</summary>
    public static string WithoutSuffix(string model)
    {
        var bracket = model.LastIndexOf('[');
        return bracket > 0 && model[^1] == ']' ? model[..bracket] : model;
    }

    private NamedModel? FindAsWritten(string name)
    {
        if (_aliases.TryGetValue(name, out var aliased))
            name = aliased;
        if (_exact.TryGetValue(name, out var model))
            return model;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return name.Length == 0 ? null : Wildcard(ProviderCatalogue.MakerOf(ModelName.Parse(name).Family)?.Name) is { } family ? Of(family, name) : _onlyWildcard is { } only ? Of(only, name) : null;
        if (slash > 0 && slash < name.Length - 1 && Wildcard(name[..slash]) is { } wildcard)
            return Of(wildcard, name[(slash + 1)..]);
        return _exact.TryGetValue(name[(slash + 1)..], out model) ? model : null;
    }

    private NamedModel? Wildcard(string? provider) => provider is not null && _wildcards.TryGetValue(provider, out var wildcard) ? wildcard : null;

    private static NamedModel Of(NamedModel wildcard, string modelId) => wildcard with { ModelId = WithoutSuffix(modelId) };
}
