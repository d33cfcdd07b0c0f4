namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Together AI.</summary>
internal static class TogetherAi
{
    public static ProviderApi Api { get; } = new("together_ai")
    {
        Synonyms = ["together"],
        CatalogueName = "togetherai",
        BaseUrl = "https://api.together.xyz/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Audio, ProviderDoor.Rerank, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "TOGETHER_API_KEY",
        IsKnownToPlano = true,
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
