using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The kinds of models that the vectors speak of.</summary>
public static class Profiles
{
    private static readonly ModelCapabilities Legacy = new() { TokenLimitField = "max_tokens", StreamOptions = false };

    public static ModelCapabilities Find(string name) => name switch
    {
        "modern" => new ModelCapabilities { MaxStopSequences = 4, MaxTools = 128 },
        "legacy" => Legacy,
        "legacy-8192" => Legacy with { MaxOutputTokens = 8192 },
        "text-only" => Legacy with { Images = false, Files = false },
        "reasoning" => new ModelCapabilities { Sampling = false, ReasoningEffort = true },
        "reasoning-content" => Legacy with { ReasoningContent = true },
        "think-tags" => Legacy with { ThinkTags = true },
        "gemini-compat" => Legacy with { Schemas = SchemaProfile.Gemini },
        "short-ids" => Legacy with { ShortToolIds = true },
        "repair-tools" => Legacy with { RepairToolArguments = true },
        "anthropic" => Legacy,
        "thinking-budget" => Legacy with { ReasoningEffort = true },
        "thinking-adaptive" => Legacy with { ReasoningEffort = true, AdaptiveThinking = true },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>A context in which the client knows the model by another name than the provider.</summary>
    public static TranslationContext Context(ApiFormat client, string profile) =>
        new(client == ApiFormat.Messages ? "claude-sonnet-4-5" : "m", client == ApiFormat.Messages ? "gpt-x" : "claude-x", Find(profile), VectorClock.Create(), () => "abcdefghijklmnopqrstuvwx")
        {
            ProviderName = "acme",
        };
}
