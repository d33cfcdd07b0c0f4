namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Qwen by the name that Plano has for it, at an address that the configuration gives: Alibaba's, or a server of one's own.</summary>
internal static class Qwen
{
    public static ProviderApi Api { get; } = new("qwen")
    {
        CatalogueName = "alibaba",
        KeyVariable = "DASHSCOPE_API_KEY",
        IsKnownToPlano = true,
        Makes = ["qwen", "qwq", "qvq"],
        Prefix = "/compatible-mode/v1",
        Capabilities = Alibaba.AnyModel,
        Families =
        [
            new("qwen* qwq* qvq*", model => model with { ReasoningFamily = "qwen", OneSystemMessage = true }),
            new("qwq*", model => model with { Images = false, ReasoningContent = true }),
        ],
    };
}
