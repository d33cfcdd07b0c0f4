namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>NVIDIA's NIM.</summary>
internal static class Nvidia
{
    public static ProviderApi Api { get; } = new("nvidia")
    {
        BaseUrl = "https://integrate.api.nvidia.com/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions],
        KeyVariable = "NVIDIA_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
