namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Alibaba's Model Studio in China: Qwen and others.</summary>
internal static class AlibabaChina
{
    public static ProviderApi Api { get; } = new("alibaba_cn")
    {
        CatalogueName = "alibaba-cn",
        BaseUrl = "https://dashscope.aliyuncs.com/compatible-mode/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "DASHSCOPE_API_KEY",
        Prefix = "/compatible-mode/v1",
        Capabilities = Alibaba.AnyModel,
    };
}
