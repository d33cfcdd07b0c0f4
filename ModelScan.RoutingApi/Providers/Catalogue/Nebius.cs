namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Nebius Token Factory.</summary>
internal sealed class Nebius : IProviderEntry
{
    public static ProviderApi Api { get; } = new("nebius")
    {
        BaseUrl = "https://api.tokenfactory.nebius.com/v1",
        KeyVariable = "NEBIUS_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
