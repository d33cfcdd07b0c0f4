using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Azure OpenAI: deployments, whose names stand in the path, and beside them the v1 surface with the formats of OpenAI as they are
/// (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).</summary>
internal static class AzureOpenAi
{
    public static ProviderApi Api { get; } = new("azure_openai")
    {
        CatalogueName = "azure",
        TelemetryName = "azure.ai.openai",
        KeyVariable = "AZURE_OPENAI_API_KEY",
        Key = KeyPlacement.Azure,
        IsKnownToPlano = true,
        Native = [ApiFormat.ChatCompletions, ApiFormat.Responses, ApiFormat.Messages],
        Prefix = "/openai/deployments",
        Path = PathRule.Deployment,
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Audio],
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Responses] = "/openai/v1", [ApiFormat.Messages] = "/anthropic/v1" },
        AtVersionedAddress = api => api with
        {
            Native = [ApiFormat.ChatCompletions, ApiFormat.Responses],
            Doors = [.. api.Doors!, ProviderDoor.Files, ProviderDoor.Batches],
            OwnPrefixes = FrozenDictionary<ApiFormat, string>.Empty,
        },
        Capabilities = OpenAi.AnyModel with { Formats = [ApiFormat.ChatCompletions, ApiFormat.Responses] },
        Models =
        [
            .. OpenAi.Hosted,
            .. Anthropic.Hosted,
            new("claude*", model => model with { Formats = [ApiFormat.Messages], OpenAiFields = false, DeveloperRole = false, Schemas = SchemaProfile.Anthropic }),
        ],
    };
}
