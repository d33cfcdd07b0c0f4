namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Xiaomi: MiMo.</summary>
internal static class Xiaomi
{
    public static ProviderApi Api { get; } = new("xiaomi")
    {
        BaseUrl = "https://api.xiaomimimo.com/v1",
        KeyVariable = "XIAOMI_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        Makes = ["mimo"],
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { ReasoningContent = true },
    };
}
