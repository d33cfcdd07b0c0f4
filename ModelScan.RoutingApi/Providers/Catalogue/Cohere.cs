namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Cohere, in its form of OpenAI's format.</summary>
internal static class Cohere
{
    public static ProviderApi Api { get; } = new("cohere")
    {
        BaseUrl = "https://api.cohere.ai/compatibility/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Rerank],
        DoorPrefixes = new Dictionary<ProviderDoor, string> { [ProviderDoor.Rerank] = "/v2" },
        KeyVariable = "COHERE_API_KEY",
        Makes = ["command", "c"],
        Prefix = "/compatibility/v1",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
