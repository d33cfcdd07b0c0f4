namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>DigitalOcean's serverless inference.</summary>
internal static class DigitalOcean
{
    public static ProviderApi Api { get; } = new("digitalocean")
    {
        Synonyms = ["do", "do_ai"],
        BaseUrl = "https://inference.do-ai.run/v1",
        KeyVariable = "DO_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Models = [new("claude*", model => model with { CacheControl = true })],
    };
}
