using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// The providers' APIs. Adding one is adding a row here and, for its address, in <see cref="KnownProviders"/>. What is not in the
/// table speaks Chat Completions under <c>/v1</c> with a bearer token, as nearly everything does.
/// </summary>
public static class ProviderCatalogue
{
    private static readonly ApiFormat[] OpenAiFormats = [ApiFormat.ChatCompletions, ApiFormat.Responses];
    private static readonly ModelCapabilities OpenAiModels = new() { MaxTools = 128, MaxStopSequences = 4, OpenAiFields = true, DeveloperRole = true, Schemas = SchemaProfile.OpenAiStrict };
    private static readonly ModelCapabilities LegacyModels = new() { TokenLimitField = "max_tokens" };

    private static readonly FrozenDictionary<string, ProviderApi> Rows = new ProviderApi[]
    {
        new("openai") { Native = OpenAiFormats, Capabilities = OpenAiModels },
        new("azure_openai")
        {
            Prefix = "/openai/deployments", Path = PathRule.AzureDeployment, Key = KeyPlacement.Azure, TelemetryName = "azure.ai.openai", Capabilities = OpenAiModels,
        },
        new("chatgpt")
        {
            Native = [ApiFormat.Responses], Compatible = [ApiFormat.ChatCompletions], TakesClientsCredential = true, TelemetryName = "openai", Capabilities = OpenAiModels with { WebSearch = true },
        },
        new("anthropic")
        {
            Native = [ApiFormat.Messages], Compatible = [ApiFormat.ChatCompletions], Path = PathRule.AddsVersion, Key = KeyPlacement.Anthropic, Capabilities = LegacyModels with { WebSearch = true, Schemas = SchemaProfile.Anthropic },
        },
        new("xai") { Native = OpenAiFormats, TelemetryName = "x_ai", Capabilities = LegacyModels with { Files = false } },
        new("vercel") { Native = [ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses], Capabilities = LegacyModels },
        new("gemini")
        {
            Prefix = "/v1beta/openai", TelemetryName = "gcp.gemini", Capabilities = LegacyModels with { Schemas = SchemaProfile.Gemini, ReasoningEffort = true },
        },
        new("groq") { Path = PathRule.KeepsVersion, Prefix = "/openai/v1", Capabilities = LegacyModels with { Files = false, MaxStopSequences = 4, MaxTools = 128 } },
        new("deepseek") { Capabilities = LegacyModels with { Images = false, Files = false, ReasoningContent = true, StructuredOutput = StructuredOutput.JsonMode, MaxStopSequences = 16, MaxTools = 128, ParallelToolCalls = false } },
        new("mistral") { TelemetryName = "mistral_ai", Capabilities = LegacyModels with { ShortToolIds = true, Files = false } },
        new("moonshotai") { TelemetryName = "moonshot_ai", Capabilities = LegacyModels with { Files = false, ReasoningContent = true, StructuredOutput = StructuredOutput.JsonMode, ToolIds = ToolIdRule.AsGiven, MaxTools = 128 } },
        new("zhipu") { Prefix = "/api/paas/v4", Capabilities = LegacyModels with { Files = false, ReasoningContent = true, StructuredOutput = StructuredOutput.JsonMode, MaxStopSequences = 1, MaxTools = 128 } },
        new("qwen") { Prefix = "/compatible-mode/v1", Capabilities = LegacyModels with { Files = false, ReasoningContent = true } },
        new("xiaomi") { Capabilities = LegacyModels with { Files = false, ReasoningContent = true } },
        new("together_ai") { Capabilities = LegacyModels with { Files = false } },
        new("ollama") { Capabilities = LegacyModels with { Files = false, RepairToolArguments = true } },
        new("digitalocean") { Capabilities = LegacyModels },
        new("openrouter") { Capabilities = LegacyModels with { ReasoningEffort = true } },
        new("edenai") { Capabilities = LegacyModels },
        new("plano") { Capabilities = LegacyModels },
        new("amazon_bedrock")
        {
            Native = [ApiFormat.Converse], Prefix = "", Path = PathRule.Bedrock, TelemetryName = "aws.bedrock",
            Capabilities = LegacyModels with { ImageUrls = false, OfficeFiles = true, ReasoningFamily = "bedrock", StructuredOutput = StructuredOutput.None, StrictTools = false },
        },
    }.ToFrozenDictionary(row => row.Name);

    /// <summary>The API behind a configured model: its provider's own, or that of <c>provider_interface</c>.</summary>
    public static ProviderApi Find(ModelProviderConfig config)
    {
        var known = KnownProviders.Find(config.Provider);
        var row = Rows.GetValueOrDefault(known?.Name ?? config.ProviderInterface ?? "openai") ?? new ProviderApi(config.Provider) { Capabilities = LegacyModels };
        if (known is null && row.Name == "openai")
        {
            // Somebody else's service with OpenAI's API: nothing newer than Chat Completions can be taken for granted.
            row = row with { Native = [ApiFormat.ChatCompletions], Capabilities = LegacyModels };
        }

        // Some of Bedrock's models can also be had in OpenAI's format, under an address of its own (…/openai/v1).
        if (row.Path == PathRule.Bedrock && config.BaseUrl is { } address && ProviderPaths.EndsInVersion(address.AbsolutePath.TrimEnd('/')))
            row = row with { Native = [ApiFormat.ChatCompletions], Path = PathRule.Standard, Capabilities = LegacyModels with { Files = false } };

        // Perplexity's paths carry no version.
        if (config.Name.StartsWith("perplexity/", StringComparison.Ordinal))
            row = row with { Prefix = "" };
        return known is null ? row with { Name = config.Provider, TelemetryName = config.Provider } : row;
    }
}
