namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Nebius Token Factory.</summary>
internal static class Nebius
{
    public static ProviderApi Api { get; } = new("nebius")
    {
        BaseUrl = "https://api.tokenfactory.nebius.com/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "NEBIUS_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
