namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Ollama's own service.</summary>
internal static class OllamaCloud
{
    public static ProviderApi Api { get; } = new("ollama_cloud")
    {
        CatalogueName = "ollama-cloud",
        BaseUrl = "https://ollama.com/v1",
        KeyVariable = "OLLAMA_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
