namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>MiniMax (https://platform.minimax.io/docs), also in the Messages format; thoughts stand between think tags in Chat Completions.</summary>
internal static class MiniMax
{
    public static ProviderApi Api { get; } = new("minimax")
    {
        BaseUrl = "https://api.minimax.io/v1",
        KeyVariable = "MINIMAX_API_KEY",
        Makes = ["minimax"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/anthropic/v1" },
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { ThinkTags = true, OneSystemMessage = true },
        Families = [new("minimax*", model => model with { ReasoningFamily = "minimax" })],
    };
}
