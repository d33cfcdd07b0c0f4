using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// What single models and families take that differs from their provider's rule, by the beginning of the model's id. A family
/// keeps its nature behind whatever provider serves it, so rows go by the id alone unless they name a provider. All rows that
/// match are applied in order; adding a model is adding a row.
/// </summary>
internal static class ModelCapabilityTable
{
    private const string Bedrock = "amazon_bedrock";

    // The first part of the ids of Bedrock's inference profiles: where the model may run.
    private static readonly FrozenSet<string> Geographies = new[] { "us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "global" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly Row[] Rows =
    [
        // OpenAI. Reasoning models refuse sampling parameters and know only the newer name of the token limit.
        new("gpt-3.5", model => model with { TokenLimitField = "max_tokens", Images = false, Files = false }),
        new("gpt-4", model => model with { Files = false }),
        new("gpt-4o", model => model with { Files = true }),
        new("gpt-4.1", model => model with { Files = true }),
        new("o1", Reasoning),
        new("o3", Reasoning),
        new("o4", Reasoning),
        new("o1-mini", model => model with { Images = false, Files = false }),
        new("o3-mini", model => model with { Images = false, Files = false }),
        new("gpt-5", model => model with { TokenLimitField = "max_completion_tokens", Sampling = false, ReasoningEffort = true }),
        new("gpt-5-chat", model => model with { Sampling = true, ReasoningEffort = false }),
        new("gpt-oss", model => model with { ReasoningEffort = true, Images = false, Files = false }),

        new("gpt-5.1-codex-max", model => model with { HighestEffort = "xhigh" }),
        new("gpt-5.2", model => model with { HighestEffort = "xhigh" }),
        new("gpt-4o-search", model => model with { WebSearch = true }),

        // Anthropic: an effort becomes thinking, with a budget of tokens or, from 4.6 on, as the model sees fit.
        new("claude-", model => model with { ReasoningEffort = true, ReasoningFamily = "anthropic", MaxOutputTokens = 64_000 }),
        new("claude-3", model => model with { ReasoningEffort = false, MaxOutputTokens = 4096 }),
        new("claude-3-5", model => model with { MaxOutputTokens = 8192 }),
        new("claude-3-7", model => model with { ReasoningEffort = true, MaxOutputTokens = 64_000 }),
        new("claude-opus-4", model => model with { MaxOutputTokens = 32_000 }),
        new("claude-opus-4-5", model => model with { MaxOutputTokens = 64_000 }),
        new("claude-opus-4-6", model => model with { MaxOutputTokens = 64_000, AdaptiveThinking = true }),
        new("claude-sonnet-4-6", model => model with { AdaptiveThinking = true }),

        // Nobody reads another family's opaque reasoning, whatever format it comes in.
        new("gemini-", model => model with { ReasoningFamily = "gemini" }),
        new("deepseek", model => model with { ReasoningFamily = "deepseek" }),
        new("grok-", model => model with { ReasoningFamily = "xai" }),
        new("kimi-", model => model with { ReasoningFamily = "moonshotai" }),
        new("glm-", model => model with { ReasoningFamily = "zhipu" }),
        new("qw", model => model with { ReasoningFamily = "qwen" }),

        // Reasoning in the open.
        new("deepseek-reasoner", model => model with { ReasoningContent = true, Sampling = false }),
        new("deepseek-r1", model => model with { ThinkTags = true, Images = false, Files = false }),
        new("qwen3", model => model with { Images = false }),
        new("qwen3-vl", model => model with { Images = true }),
        new("qwq", model => model with { Images = false, ReasoningContent = true }),
        new("kimi-k2", model => model with { Images = false, ReasoningContent = true }),
        new("kimi-k3", model => model with { Images = true, ReasoningContent = true, Sampling = false, ReasoningEffort = true }),
        new("glm-4.5v", model => model with { Images = true }),
        new("grok-3-mini", model => model with { ReasoningEffort = true, Images = false }),
        new("grok-code", model => model with { Images = false }),

        // Text alone.
        new("mistral-large", model => model with { Images = false }, "mistral"),
        new("codestral", model => model with { Images = false }),
        new("devstral", model => model with { Images = false }),
        new("open-mixtral", model => model with { Images = false }),
        new("open-mistral", model => model with { Images = false }),
        new("llama-3.1", model => model with { Images = false }),
        new("llama-3.3", model => model with { Images = false }),

        // What Bedrock adds to its models, or takes from them (https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html).
        // Its ids lack the point between version and generation (llama3-1), or the family (r1).
        new("claude-", model => model with { CachePoints = true, ToolCachePoints = true }, Bedrock),
        new("claude-3", model => model with { CachePoints = false, ToolCachePoints = false }, Bedrock),
        new("claude-3-5-haiku", Cached, Bedrock),
        new("claude-3-5-sonnet-20241022", Cached, Bedrock),
        new("claude-3-7", Cached, Bedrock),
        new("claude-haiku-4-5", Structured, Bedrock),
        new("claude-sonnet-4-5", Structured, Bedrock),
        new("claude-opus-4-5", Structured, Bedrock),
        new("claude-opus-4-6", Structured, Bedrock),
        new("claude-sonnet-4-6", Structured, Bedrock),
        new("nova-", model => model with { ReasoningFamily = "amazon", CachePoints = true }, Bedrock),
        new("nova-micro", model => model with { Images = false, Files = false }, Bedrock),
        new("nova-2", model => model with { ReasoningEffort = true, HighestEffort = "medium" }, Bedrock),
        new("titan-", model => model with { Images = false }, Bedrock),
        new("gpt-oss", model => model with { ReasoningFamily = "openai", StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true }, Bedrock),
        new("r1", model => model with { ReasoningFamily = "deepseek", Images = false }, Bedrock),
        new("v3", model => model with { ReasoningFamily = "deepseek", Images = false, StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true }, Bedrock),
        new("deepseek", model => model with { ReasoningContent = false }, Bedrock),
        new("llama3-1", model => model with { Images = false }, Bedrock),
        new("llama3-3", model => model with { Images = false }, Bedrock),
        new("qwen3", Structured, Bedrock),
        new("kimi-", Structured, Bedrock),
        new("minimax-", model => model with { Images = false, StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true }, Bedrock),
        new("gemma-3", Structured, Bedrock),
        new("ministral-3", Structured, Bedrock),
        new("mistral-large-3", Structured, Bedrock),
    ];

    /// <summary>What <paramref name="model"/> can take.</summary>
    /// <param name="api">Its provider's API.</param>
    /// <param name="model">Its id as the provider knows it; what aggregators put before the last slash does not count, nor do Bedrock's place and vendor.</param>
    public static ModelCapabilities Of(ProviderApi api, string model)
    {
        var id = model.AsSpan(model.LastIndexOf('/') + 1);
        if (api.Name == Bedrock)
            id = BehindVendor(id);
        var capabilities = api.Capabilities;
        foreach (var row in Rows)
        {
            if (id.StartsWith(row.Prefix, StringComparison.OrdinalIgnoreCase) && (row.Provider is null || row.Provider == api.Name))
                capabilities = row.Change(capabilities);
        }

        return capabilities;
    }

    // us.anthropic.claude-sonnet-4-5-20250929-v1:0, zai.glm-4.7: place, vendor, model.
    private static ReadOnlySpan<char> BehindVendor(ReadOnlySpan<char> id)
    {
        var dot = id.IndexOf('.');
        if (dot > 0 && Geographies.GetAlternateLookup<ReadOnlySpan<char>>().Contains(id[..dot]))
        {
            id = id[(dot + 1)..];
            dot = id.IndexOf('.');
        }

        return dot > 0 && !id[..dot].ContainsAny('-', ':') ? id[(dot + 1)..] : id;
    }

    private static ModelCapabilities Cached(ModelCapabilities model) => model with { CachePoints = true, ToolCachePoints = true };

    private static ModelCapabilities Structured(ModelCapabilities model) => model with { StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true };

    private static ModelCapabilities Reasoning(ModelCapabilities model) =>
        model with { TokenLimitField = "max_completion_tokens", Sampling = false, ReasoningEffort = true, ParallelToolCalls = false };

    private sealed record Row(string Prefix, Func<ModelCapabilities, ModelCapabilities> Change, string? Provider = null);
}
