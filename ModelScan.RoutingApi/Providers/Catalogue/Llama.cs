namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Meta's Llama API.</summary>
internal static class Llama
{
    public static ProviderApi Api { get; } = new("llama")
    {
        BaseUrl = "https://api.llama.com/compat/v1",
        KeyVariable = "LLAMA_API_KEY",
        Makes = ["llama"],
        Prefix = "/compat/v1",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
