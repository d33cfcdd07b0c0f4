namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Z.ai: Zhipu's GLM outside China (https://docs.z.ai), also in the Messages format.</summary>
internal static class ZAi
{
    public static ProviderApi Api { get; } = new("zai")
    {
        Synonyms = ["z_ai"],
        BaseUrl = "https://api.z.ai/api/paas/v4",
        KeyVariable = "ZAI_API_KEY",
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        Prefix = "/api/paas/v4",
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/api/anthropic/v1" },
        Capabilities = Zhipu.AnyModel,
        Models = Zhipu.Hosted,
    };
}
