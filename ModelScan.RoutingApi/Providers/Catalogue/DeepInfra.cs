namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Deep Infra.</summary>
internal static class DeepInfra
{
    public static ProviderApi Api { get; } = new("deepinfra")
    {
        BaseUrl = "https://api.deepinfra.com/v1/openai",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Audio, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "DEEPINFRA_API_KEY",
        Prefix = "/v1/openai",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
