using System.Collections.Frozen;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Amazon Bedrock: the Converse format for every model. What it adds to its models, or takes from them:
/// https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html</summary>
internal static class AmazonBedrock
{
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
    private static readonly FrozenSet<string> Betas = FrozenSet.Create(
        "computer-use-2024-10-22", "computer-use-2025-01-24", "token-efficient-tools-2025-02-19", "output-128k-2025-02-19", "interleaved-thinking-2025-05-14", "dev-full-thinking-2025-05-14",
        "context-1m-2025-08-07", "context-management-2025-06-27", "tool-search-tool-2025-10-19", "tool-examples-2025-10-29", "effort-2025-11-24");

    public static ProviderApi Api { get; } = new("amazon_bedrock")
    {
        Synonyms = ["amazon"],
        CatalogueName = "amazon-bedrock",
        TelemetryName = "aws.bedrock",
        IsKnownToPlano = true,
        Makes = ["nova", "titan"],
        Native = [ApiFormat.Converse],
        Doors = [],
        Prefix = "",
        ModelInPath = [ApiFormat.Converse],
        Path = path => path.With($"/model/{path.EscapedModel}"),
        SigningName = "bedrock",
        AddressIn = region => new Uri($"https://bedrock-runtime.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}"),

        // Some of its models can also be had in OpenAI's format, under an address of its own.
        AtVersionedAddress = api => api with { Native = [ApiFormat.ChatCompletions], Path = PathRule.Standard, Capabilities = ProviderApi.ChatModelsWithoutFiles, Models = [] },
        Capabilities = ProviderApi.ChatModels with { ImageUrls = false, OfficeFiles = true, ReasoningFamily = "bedrock", KnownBetas = Betas },
        Models =
        [
            new("*", model => model with { StructuredOutput = StructuredOutput.None, StrictTools = false }),
            new("claude*", model => model with { CachePoints = true, ToolCachePoints = true }),
            new("claude*", model => model with { CachePoints = false, ToolCachePoints = false }) { Below = "3.5" },
            new("claude-sonnet", model => model with { CachePoints = false, ToolCachePoints = false }) { From = "3.5", Below = "3.6", Builds = build => build is > 0 and < 20241022 },
            new("claude*", Structured) { From = "4.5" },
            new("nova*", model => model with { ReasoningFamily = "amazon", CachePoints = true }),
            new("nova-micro", model => model with { Images = false, Files = false }),
            new("nova*", model => model with { Reasoning = model.Reasoning with { Thinks = true, Efforts = Efforts.Low | Efforts.Medium } }) { From = "2" },
            new("titan*", model => model with { Images = false }),
            new("gpt-oss*", model => Structured(model) with { ReasoningFamily = "openai" }),
            new("deepseek*", model => model with { ReasoningFamily = "deepseek", Images = false, ReasoningContent = false, ThinkTags = false }),
            new("deepseek-v*", Structured),
            new("llama", model => model with { Images = false }) { Below = "4" },
            new("qwen* kimi* gemma* ministral* mistral-large* minimax*", Structured),
        ],
    };

    private static ModelCapabilities Structured(ModelCapabilities model) => model with { StructuredOutput = StructuredOutput.JsonSchema, StrictTools = true };
}
