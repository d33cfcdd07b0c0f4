namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Baseten's model APIs.</summary>
internal static class Baseten
{
    public static ProviderApi Api { get; } = new("baseten")
    {
        BaseUrl = "https://inference.baseten.co/v1",
        KeyVariable = "BASETEN_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
