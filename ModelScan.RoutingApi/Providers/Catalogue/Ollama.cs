namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Ollama on a machine of one's own. Small models write broken arguments at times.</summary>
internal sealed class Ollama : IProviderEntry
{
    public static ProviderApi Api { get; } = new("ollama")
    {
        CatalogueName = "",
        IsKnownToPlano = true,
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { RepairToolArguments = true },
    };
}
