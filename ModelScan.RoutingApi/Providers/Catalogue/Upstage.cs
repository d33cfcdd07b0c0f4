namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Upstage: Solar.</summary>
internal static class Upstage
{
    public static ProviderApi Api { get; } = new("upstage")
    {
        BaseUrl = "https://api.upstage.ai/v1/solar",
        KeyVariable = "UPSTAGE_API_KEY",
        Makes = ["solar"],
        Prefix = "/v1/solar",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
