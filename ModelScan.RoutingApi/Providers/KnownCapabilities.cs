using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// What a model can take, put together:
/// <list type="number">
/// <item>what the provider takes of any model;</item>
/// <item>the model's row of the catalogue, or that of the one it most likely takes after;</item>
/// <item>facts about its family, then about what this provider makes of it;</item>
/// <item>what the configuration says (<c>capabilities</c>).</item>
/// </list>
/// </summary>
internal static class KnownCapabilities
{
    /// <summary>What <paramref name="model"/> can take.</summary>
    /// <param name="api">Its provider.</param>
    /// <param name="model">Its id as the provider knows it.</param>
    /// <param name="rows">The catalogue.</param>
    /// <param name="stated">What the configuration says.</param>
    public static ModelCapabilities Of(ProviderApi api, string model, ModelRows rows, ModelCapabilitiesConfig? stated = null)
    {
        // What a router makes of a request is its own affair.
        if (api.IsGateway)
            return api.Capabilities;
        var name = ModelName.Parse(model);
        var row = rows.Find(api.CatalogueName, model, ProviderCatalogue.MakerOf(name.Family)?.CatalogueName ?? "");

        // How much a server of one's own takes, its owner has decided.
        var known = (api.CatalogueName.Length == 0 ? row.WithoutLimits() : row).ApplyTo(api.Capabilities);
        foreach (var rule in RulesFor(api, name))
            known = rule.Change(known);
        return stated is null ? known : StatedCapabilities.Apply(stated, known);
    }

    /// <summary>The facts that hold for a model, in the order in which they count.</summary>
    public static IEnumerable<FamilyRule> RulesFor(ProviderApi api, ModelName name) =>
        ProviderCatalogue.FamilyRules.Concat(api.Models).Where(rule => rule.Matches(name));
}
