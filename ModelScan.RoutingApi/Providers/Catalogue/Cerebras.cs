namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Cerebras.</summary>
internal static class Cerebras
{
    public static ProviderApi Api { get; } = new("cerebras")
    {
        BaseUrl = "https://api.cerebras.ai/v1",
        Doors = [ProviderDoor.Completions, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "CEREBRAS_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { TokenLimitField = "max_completion_tokens" },
    };
}
