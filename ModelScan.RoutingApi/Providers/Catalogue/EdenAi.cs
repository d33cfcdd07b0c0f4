namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Eden AI.</summary>
internal static class EdenAi
{
    public static ProviderApi Api { get; } = new("edenai")
    {
        CatalogueName = "",
        BaseUrl = "https://api.edenai.run/v3",
        KeyVariable = "EDENAI_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Models = [new("claude*", model => model with { CacheControl = true })],
    };
}
