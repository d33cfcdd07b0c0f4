namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Fireworks AI.</summary>
internal static class FireworksAi
{
    public static ProviderApi Api { get; } = new("fireworks_ai")
    {
        Synonyms = ["fireworks"],
        CatalogueName = "fireworks-ai",
        BaseUrl = "https://api.fireworks.ai/inference/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Rerank],
        KeyVariable = "FIREWORKS_API_KEY",
        Prefix = "/inference/v1",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
