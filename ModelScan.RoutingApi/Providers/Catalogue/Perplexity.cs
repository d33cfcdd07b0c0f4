namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Perplexity: no version in its paths.</summary>
internal static class Perplexity
{
    public static ProviderApi Api { get; } = new("perplexity")
    {
        BaseUrl = "https://api.perplexity.ai",
        KeyVariable = "PERPLEXITY_API_KEY",
        Makes = ["sonar"],
        Prefix = "",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
