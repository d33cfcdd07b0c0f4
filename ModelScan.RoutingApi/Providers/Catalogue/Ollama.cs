namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Ollama on a machine of one's own. Small models write broken arguments at times.</summary>
internal static class Ollama
{
    public static ProviderApi Api { get; } = new("ollama")
    {
        CatalogueName = "",
        IsKnownToPlano = true,
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { RepairToolArguments = true },
    };
}
