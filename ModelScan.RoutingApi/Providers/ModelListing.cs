using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>A model as lists show it.</summary>
/// <param name="Id">The name by which clients ask for it.</param>
/// <param name="DisplayName">What people are shown.</param>
/// <param name="Provider">Its provider, as the configuration names it.</param>
public sealed record ListedModel(string Id, string DisplayName, string Provider)
{
    /// <summary>Who owns it, as OpenAI's lists say it.</summary>
    public string OwnedBy => Provider == VirtualModelNames.Provider ? Provider : ProviderCatalogue.Find(Provider)?.OwnedBy ?? Provider;
}

/// <summary>
/// Which models a client can ask for: every entry of the configuration that is not internal, by its name; behind a wildcard those models
/// of the provider that somebody knows of: routes, sources of prices and latencies, the catalogue. Immutable.
/// </summary>
public sealed class ModelListing
{
    private readonly ModelNames _names;

    /// <summary>Makes the list.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="priced">Models that have prices or latencies, as <c>provider/model</c>, in the order in which they are to be listed.</param>
    /// <param name="catalogue">What is known of providers' models.</param>
    public ModelListing(RoutingConfig config, IEnumerable<string> priced, ModelRows catalogue)
    {
        _names = new ModelNames(config.Providers, config.Aliases);
        Virtual = config is { Mode: RoutingMode.Policy, Providers.Count: > 0 } ? [.. VirtualModelNames.Names.Select(name => new ListedModel(name, name, VirtualModelNames.Provider))] : [];
        Models = [.. List(config, [.. config.Routes.SelectMany(route => route.Models).Concat(priced).Distinct(StringComparer.Ordinal)], catalogue)];
        Aliases = [.. config.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => new ListedModel(alias.Key, $"{alias.Key} ({alias.Value})", _names.Find(alias.Value)?.Entry.Provider ?? ""))];
    }

    private ModelListing(ModelNames names, IReadOnlyList<ListedModel> models, IReadOnlyList<ListedModel> virtualModels, IReadOnlyList<ListedModel> aliases) =>
        (_names, Models, Virtual, Aliases) = (names, models, virtualModels, aliases);

    /// <summary>The list without those that somebody may not ask for.</summary>
    /// <param name="isOpen">Whether a model may be asked for, by its name.</param>
    public ModelListing Only(Func<string, bool> isOpen) =>
        new(_names, [.. Models.Where(model => isOpen(model.Id))], Virtual, [.. Aliases.Where(alias => isOpen(alias.Id))]);

    /// <summary>The models, in the order of the configuration.</summary>
    public IReadOnlyList<ListedModel> Models { get; }

    /// <summary>Names by which clients leave the choice to the gateway, where it chooses.</summary>
    public IReadOnlyList<ListedModel> Virtual { get; }

    /// <summary>The aliases, by name.</summary>
    public IReadOnlyList<ListedModel> Aliases { get; }

    /// <summary>The model that a client would get under <paramref name="name"/>, whether or not lists show it; <see langword="null"/> for none.</summary>
    public ListedModel? Find(string name)
    {
        if (Models.FirstOrDefault(model => model.Id == name) is { } listed)
            return listed;
        if (Virtual.FirstOrDefault(model => model.Id == name) is { } left)
            return left;
        if (Aliases.FirstOrDefault(alias => alias.Id == name) is { } alias)
            return alias;
        return _names.Find(name) is { Entry: { IsInternal: false } entry } ? new ListedModel(name, name, entry.Provider) : null;
    }

    private static IEnumerable<ListedModel> List(RoutingConfig config, IReadOnlyList<string> known, ModelRows catalogue)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var provider in config.Providers.Where(provider => !provider.IsInternal))
        {
            var ids = provider.IsWildcard
                ? known.Where(model => model.Length > provider.Provider.Length + 1 && model.StartsWith($"{provider.Provider}/", StringComparison.Ordinal))
                    .Concat(catalogue.IdsOf(ProviderCatalogue.Find(provider.Provider)?.CatalogueName ?? "").Select(id => $"{provider.Provider}/{id}"))
                : [provider.Name];
            foreach (var id in ids.Where(listed.Add))
                yield return new ListedModel(id, id, provider.Provider);
        }
    }
}
