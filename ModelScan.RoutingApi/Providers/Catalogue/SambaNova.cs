namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>SambaNova Cloud.</summary>
internal static class SambaNova
{
    public static ProviderApi Api { get; } = new("sambanova")
    {
        BaseUrl = "https://api.sambanova.ai/v1",
        KeyVariable = "SAMBANOVA_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
