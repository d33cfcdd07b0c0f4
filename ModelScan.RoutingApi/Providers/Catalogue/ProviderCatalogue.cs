using System.Collections.Frozen;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>
/// All providers: every file of this folder that is called after its class has one as its <c>Api</c>, and the build lists them (target
/// <c>ListProviders</c> of the project). What is not among them speaks Chat Completions under <c>/v1</c> with a bearer
/// token, as nearly everything does. See README.md one folder up for how to add one.
/// </summary>
public static partial class ProviderCatalogue
{
    private static readonly ProviderApi[] Entries = [.. Listed().OrderBy(api => api.Name, StringComparer.Ordinal)];

    private static readonly FrozenDictionary<string, ProviderApi> ByName =
        Entries.SelectMany(api => api.Synonyms.Prepend(api.Name).Select(name => KeyValuePair.Create(name, api))).ToFrozenDictionary();

    private static readonly FrozenDictionary<string, ProviderApi> ByFamily =
        Entries.SelectMany(api => api.Makes.Select(family => KeyValuePair.Create(family, api))).ToFrozenDictionary();

    private static readonly FamilyRule[] Rules = [.. Entries.SelectMany(api => api.Families)];

    /// <summary>Every provider, by name.</summary>
    public static IReadOnlyList<ProviderApi> All => Entries;

    /// <summary>What <c>provider_interface</c> may say for a provider that is not in the catalogue.</summary>
    public static IReadOnlyList<string> Interfaces { get; } = [.. Entries.Where(api => api.IsInterface).Select(api => api.Name)];

    /// <summary>Facts about families, whoever serves them.</summary>
    public static IReadOnlyList<FamilyRule> FamilyRules => Rules;

    /// <summary>The provider that a model's prefix means, synonyms included.</summary>
    public static ProviderApi? Find(string prefix) => ByName.GetValueOrDefault(prefix);

    /// <summary>Who makes models of that family; <see langword="null"/> for unknown.</summary>
    /// <param name="family">See <see cref="ModelName.Family"/>.</param>
    public static ProviderApi? MakerOf(string family) => ByFamily.GetValueOrDefault(family);

    /// <summary>The provider that a host or a model gives away under whatever name.</summary>
    public static ProviderApi? Recognise(string? host, string model) =>
        Entries.FirstOrDefault(api => (host is not null && api.Hosts.Contains(host)) || api.OnlyModels.Contains(model));

    // Written by the build.
    private static partial ProviderApi[] Listed();
}
