using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;
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
        var (_, name) = Recognise(stated?.Like ?? model, rows);
        var row = RowOf(api, model, rows, stated);

        // How much a server of one's own takes, its owner has decided.
        var known = (api.CatalogueName.Length == 0 ? row.WithoutLimits() : row).ApplyTo(api.Capabilities);
        foreach (var rule in RulesFor(api, name))
            known = rule.Change(known);

        // OpenAI's formats have no word for a budget.
        if (known.Reasoning.Budget is not null && !(known.Formats ?? api.Native).Any(format => format is ApiFormat.Messages or ApiFormat.Converse))
            known = known with { Reasoning = known.Reasoning with { Budget = null } };
        return stated is null ? known : StatedCapabilities.Apply(stated, known);
    }

    /// <summary>The model's row of the catalogue, or that of the one it most likely takes after.</summary>
    /// <param name="api">Its provider.</param>
    /// <param name="model">Its id as the provider knows it.</param>
    /// <param name="rows">The catalogue.</param>
    /// <param name="stated">What the configuration says.</param>
    public static ModelRow RowOf(ProviderApi api, string model, ModelRows rows, ModelCapabilitiesConfig? stated = null)
    {
        var (id, name) = Recognise(stated?.Like ?? model, rows);
        return rows.Find(api.CatalogueName, id, ProviderCatalogue.MakerOf(name.Family)?.CatalogueName ?? "");
    }

    /// <summary>
    /// What a model is called by others: deployments and servers of one's own have names such as <c>team-a-gpt-4o-prod</c>, in which the
    /// first family that somebody makes and that has a version behind it is taken to be what is meant.
    /// </summary>
    public static (string Id, ModelName Name) Recognise(string model, ModelRows rows)
    {
        var name = ModelName.Parse(model);
        if (name.Family.Length == 0 || ProviderCatalogue.MakerOf(name.Family) is not null || rows.Knows(name.Family))
            return (model, name);
        for (var dash = name.Key.IndexOf('-', StringComparison.Ordinal); dash >= 0; dash = name.Key.IndexOf('-', dash + 1))
        {
            var rest = name.Key[(dash + 1)..];
            if (ModelName.Parse(rest) is { Version: not null } behind && ProviderCatalogue.MakerOf(behind.Family) is not null)
                return (rest, behind);
        }

        return (model, name);
    }

    /// <summary>The facts that hold for a model, in the order in which they count.</summary>
    public static IEnumerable<FamilyRule> RulesFor(ProviderApi api, ModelName name) =>
        ProviderCatalogue.FamilyRules.Concat(api.Models).Where(rule => rule.Matches(name));
}
