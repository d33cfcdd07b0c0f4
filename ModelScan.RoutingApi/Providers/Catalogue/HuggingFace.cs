namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Hugging Face's router of inference providers.</summary>
internal static class HuggingFace
{
    public static ProviderApi Api { get; } = new("huggingface")
    {
        BaseUrl = "https://router.huggingface.co/v1",
        KeyVariable = "HF_TOKEN",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
