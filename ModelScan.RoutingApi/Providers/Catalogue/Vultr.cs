namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Vultr's serverless inference.</summary>
internal static class Vultr
{
    public static ProviderApi Api { get; } = new("vultr")
    {
        BaseUrl = "https://api.vultrinference.com/v1",
        KeyVariable = "VULTR_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
