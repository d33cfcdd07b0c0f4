using System.Collections.Frozen;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.ModelMetrics.Feeds;

/// <summary>
/// The models.dev catalogue, in USD per million tokens:
/// <code>{"anthropic": {"models": {"claude-opus-4-5": {"cost": {"input": 5, "output": 25, "cache_read": 0.5}}}}}</code>
/// A model is known as <c>provider/id</c>; where the catalogue calls a provider otherwise than a configuration does, by
/// the configuration's word for it, too.
/// </summary>
internal static class ModelsDevCatalog
{
    // The first of several providers that the catalogue holds for one.
    private static readonly FrozenDictionary<string, string> ConfiguredProviders = ProviderCatalogue.All
        .Where(api => api.CatalogueName.Length > 0 && api.CatalogueName != api.Name)
        .DistinctBy(api => api.CatalogueName)
        .ToFrozenDictionary(api => api.CatalogueName, api => api.Name, StringComparer.Ordinal);

    /// <summary>Adds the catalogue; entries lacking an input or an output price are skipped.</summary>
    /// <exception cref="ModelMetricsFetchException">It is no object.</exception>
    public static void Read(JsonElement catalogue, ModelTableBuilder<ModelPrice> table)
    {
        if (catalogue.ValueKind != JsonValueKind.Object)
            throw ModelMetricsFetchException.Format("the catalogue is not an object");
        foreach (var provider in catalogue.EnumerateObject())
        {
            if (provider.Value.Member("models") is not { ValueKind: JsonValueKind.Object } models)
            {
                table.Skip();
                continue;
            }

            var configured = ConfiguredProviders.GetValueOrDefault(provider.Name);
            foreach (var model in models.EnumerateObject())
            {
                if (model.Value.Member("cost") is { } cost
                    && cost.Amount("input", out _) is { } input
                    && cost.Amount("output", out _) is { } output)
                {
                    table.Add(
                        new ModelPrice(input, output, cost.Amount("cache_read", out _)),
                        $"{provider.Name}/{model.Name}",
                        configured is null ? null : $"{configured}/{model.Name}");
                }
                else
                {
                    table.Skip();
                }
            }
        }
    }
}
