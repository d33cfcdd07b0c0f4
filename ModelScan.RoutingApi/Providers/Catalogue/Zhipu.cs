using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Zhipu's GLM (https://docs.bigmodel.cn/api-reference), also in the Messages format.</summary>
internal static class Zhipu
{
    /// <summary>Any of its models, here and at <see cref="ZAi"/>.</summary>
    public static readonly ModelCapabilities AnyModel = ProviderApi.ChatModelsWithoutFiles with { ReasoningContent = true, MaxStopSequences = 1, MaxTools = 128 };

    /// <summary>What they have in common whatever the catalogue says.</summary>
    public static readonly IReadOnlyList<FamilyRule> Hosted = [new("*", model => model with { StructuredOutput = StructuredOutput.JsonMode })];

    public static ProviderApi Api { get; } = new("zhipu")
    {
        CatalogueName = "zhipuai",
        BaseUrl = "https://open.bigmodel.cn/api/paas/v4",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Images, ProviderDoor.Audio, ProviderDoor.Moderations, ProviderDoor.Rerank, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "ZHIPU_API_KEY",
        IsKnownToPlano = true,
        Makes = ["glm"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        Prefix = "/api/paas/v4",
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/api/anthropic/v1" },
        Capabilities = AnyModel,
        Models = Hosted,
        Families =
        [
            new("glm*", model => model with { ReasoningFamily = "zhipu" }),
            new("glm-v*", model => model with { Images = true }),
        ],
    };
}
