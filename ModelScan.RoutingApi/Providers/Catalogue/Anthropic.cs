using System.Net.Http.Headers;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Anthropic: the Messages format is its own. Chat Completions is there for trying it out.</summary>
internal static class Anthropic
{
    /// <summary>Name, and what configurations call the format that is its own.</summary>
    public const string Name = "anthropic";

    /// <summary>Any of its models.</summary>
    public static readonly ModelCapabilities AnyModel = ProviderApi.ChatModels with { WebSearch = true, CacheControl = true, Schemas = SchemaProfile.Anthropic };

    /// <summary>What its models are like in the Messages format, there or on a cloud (https://platform.claude.com/docs/en/about-claude/models/overview).</summary>
    public static readonly IReadOnlyList<FamilyRule> Hosted =
    [
        // Formats of answers came with Opus 4.1 and, for the others, with 4.5.
        new("claude*", model => model with { StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true }),
        new("claude* !claude-opus", model => model with { StructuredOutput = StructuredOutput.None, StrictTools = false }) { Below = "4.5" },
        new("claude-opus", model => model with { StructuredOutput = StructuredOutput.None, StrictTools = false }) { Below = "4.1" },
    ];

    public static ProviderApi Api { get; } = new(Name)
    {
        OwnedBy = "Anthropic",
        BaseUrl = "https://api.anthropic.com/v1",
        Doors = [ProviderDoor.Files],
        KeyVariable = "ANTHROPIC_API_KEY",
        Key = PlaceKey,
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Makes = ["claude"],
        Native = [ApiFormat.Messages],
        Compatible = [ApiFormat.ChatCompletions],
        Path = PathRule.AddsVersion,
        Capabilities = AnyModel,
        Models = Hosted,
        Families =
        [
            new("claude*", model => model with { ReasoningFamily = "anthropic", Reasoning = model.Reasoning with { CanBeOff = true, IsOnByDefault = false } }),
            new("claude*", model => model with { Reasoning = ReasoningSupport.None, ToolCalls = false, Images = false, Files = false, MaxOutputTokens = 4096 }) { Below = "3" },

            // One of the two is refused beside the other.
            new("claude-opus", model => model with { TemperatureWithTopP = false }) { From = "4.1" },
            new("claude* !claude-opus", model => model with { TemperatureWithTopP = false }) { From = "4.5" },

            // Thinking as long as they see fit; beside a budget at first, then alone and without sampling.
            new("claude-opus claude-sonnet", model => model with { Reasoning = Adaptive(model.Reasoning) }) { From = "4.6" },
            new("claude-opus", Unsampled) { From = "4.7" },
            new("claude* !claude-opus", Unsampled) { From = "5" },
            new("claude-opus", model => model with { Reasoning = model.Reasoning with { IsOnByDefault = true } }) { From = "5" },
            new("claude-opus", model => model with { Reasoning = model.Reasoning with { CanBeOff = false } }) { From = "5.5" },
            new("claude-sonnet", model => model with { Reasoning = model.Reasoning with { OffType = "between_tools" } }) { From = "5.5" },
        ],
    };

    // A subscription's token is a bearer token even on the Messages API; keys are not.
    private static void PlaceKey(HttpRequestHeaders headers, ApiFormat format, string key)
    {
        if (key.StartsWith("sk-ant-oat", StringComparison.Ordinal))
            ProviderKey.Bearer(headers, format, key);
        else
            ProviderKey.OfTheFormat(headers, format, key);
    }

    private static ReasoningSupport Adaptive(ReasoningSupport reasoning) => reasoning with
    {
        Thinks = true,
        IsAdaptive = true,
        Efforts = reasoning.Efforts | Efforts.Low | Efforts.Medium | Efforts.High,
    };

    private static ModelCapabilities Unsampled(ModelCapabilities model) => model with
    {
        Sampling = false,
        Reasoning = Adaptive(model.Reasoning) with { Budget = null, Efforts = Efforts.Low | Efforts.Medium | Efforts.High | Efforts.XHigh | Efforts.Max },
    };
}
