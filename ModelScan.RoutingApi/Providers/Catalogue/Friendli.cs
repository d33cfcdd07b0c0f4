namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Friendli's serverless endpoints.</summary>
internal static class Friendli
{
    public static ProviderApi Api { get; } = new("friendli")
    {
        BaseUrl = "https://api.friendli.ai/serverless/v1",
        KeyVariable = "FRIENDLI_TOKEN",
        Prefix = "/serverless/v1",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
