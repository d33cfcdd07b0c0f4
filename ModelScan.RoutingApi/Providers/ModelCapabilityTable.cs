namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// What single models and families take that differs from their provider's rule, by the beginning of the model's id. A family
/// keeps its nature behind whatever provider serves it, so rows go by the id alone unless they name a provider. All rows that
/// match are applied in order; adding a model is adding a row.
/// </summary>
internal static class ModelCapabilityTable
{
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

        // Anthropic: tool choice says whether calls may be parallel; thinking takes an effort.
        new("claude-", model => model with { ReasoningEffort = true }),
        new("claude-3", model => model with { ReasoningEffort = false }),
        new("claude-3-7", model => model with { ReasoningEffort = true }),

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
    ];

    /// <summary>What <paramref name="model"/> can take.</summary>
    /// <param name="api">Its provider's API.</param>
    /// <param name="model">Its id as the provider knows it; what aggregators put before the last slash does not count.</param>
    public static ModelCapabilities Of(ProviderApi api, string model)
    {
        var id = model.AsSpan(model.LastIndexOf('/') + 1);
        var capabilities = api.Capabilities;
        foreach (var row in Rows)
        {
            if (id.StartsWith(row.Prefix, StringComparison.OrdinalIgnoreCase) && (row.Provider is null || row.Provider == api.Name))
                capabilities = row.Change(capabilities);
        }

        return capabilities;
    }

    private static ModelCapabilities Reasoning(ModelCapabilities model) =>
        model with { TokenLimitField = "max_completion_tokens", Sampling = false, ReasoningEffort = true, ParallelToolCalls = false };

    private sealed record Row(string Prefix, Func<ModelCapabilities, ModelCapabilities> Change, string? Provider = null);
}
