using System.Collections.Frozen;
using System.Net.Http.Headers;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Azure OpenAI: deployments, whose names stand in the path, and beside them the v1 surface with the formats of OpenAI as they are
/// (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).</summary>
internal static class AzureOpenAi
{
    private const string DeploymentVersion = "api-version=2025-01-01-preview";

    public static ProviderApi Api { get; } = new("azure_openai")
    {
        CatalogueName = "azure",
        TelemetryName = "azure.ai.openai",
        KeyVariable = "AZURE_OPENAI_API_KEY",
        Key = PlaceKey,
        IsKnownToPlano = true,
        Native = [ApiFormat.ChatCompletions, ApiFormat.Responses, ApiFormat.Messages],
        Prefix = "/openai/deployments",
        Path = PathOf,
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

    // Deployments have their names in the path, and the version of the API in the query; what lies under a version has neither.
    private static string PathOf(ProviderPath path) => path.HasVersion ? path.Plain : $"{(path.IsWhole ? path.Plain : path.With($"/{Uri.EscapeDataString(path.Model)}"))}?{DeploymentVersion}";

    // A token of Microsoft Entra is no key.
    private static void PlaceKey(HttpRequestHeaders headers, ApiFormat format, string key)
    {
        if (key.StartsWith("eyJ", StringComparison.Ordinal))
            ProviderKey.Bearer(headers, format, key);
        else
            headers.TryAddWithoutValidation("api-key", key);
    }
}
