using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Alibaba's Model Studio outside China: Qwen (https://www.alibabacloud.com/help/en/model-studio).</summary>
internal static class Alibaba
{
    /// <summary>Any of its models.</summary>
    public static readonly ModelCapabilities AnyModel = ProviderApi.ChatModelsWithoutFiles with { ReasoningContent = true };

    public static ProviderApi Api { get; } = new("alibaba")
    {
        Synonyms = ["dashscope"],
        BaseUrl = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "DASHSCOPE_API_KEY",
        Prefix = "/compatible-mode/v1",
        Capabilities = AnyModel,
    };
}
