using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Providers;

/// <summary>Whose prompt caches need markers in the request. OpenAI's and most others' find the prefix by themselves.</summary>
internal static class PromptCacheMarking
{
    /// <summary>
    /// Whether requests of <paramref name="format"/> to this model take markers: all in the Messages format, and Claude models
    /// behind aggregators that pass them on from the parts of a chat message.
    /// </summary>
    public static bool IsKnownTo(ProviderApi api, string model, ApiFormat format) => format switch
    {
        ApiFormat.Messages => true,
        ApiFormat.ChatCompletions => api.Interface is "digitalocean" or "openrouter" or "edenai" && IsClaude(model),
        _ => false,
    };

    // anthropic/claude-sonnet-4.5, anthropic-claude-opus-4, claude-haiku-4-5
    private static bool IsClaude(string model) =>
        model.Contains("claude", StringComparison.OrdinalIgnoreCase) || model.StartsWith("anthropic/", StringComparison.OrdinalIgnoreCase);
}
