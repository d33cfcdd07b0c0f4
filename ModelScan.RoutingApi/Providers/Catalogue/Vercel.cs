namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Vercel's AI gateway: all three formats.</summary>
internal static class Vercel
{
    public static ProviderApi Api { get; } = new("vercel")
    {
        BaseUrl = "https://ai-gateway.vercel.sh/v1",
        KeyVariable = "AI_GATEWAY_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses],
    };
}
