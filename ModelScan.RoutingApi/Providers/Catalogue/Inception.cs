namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Inception: Mercury.</summary>
internal static class Inception
{
    public static ProviderApi Api { get; } = new("inception")
    {
        BaseUrl = "https://api.inceptionlabs.ai/v1",
        KeyVariable = "INCEPTION_API_KEY",
        Makes = ["mercury"],
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
