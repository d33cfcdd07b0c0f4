namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>LM Studio on this machine: the template of each model decides, and most know one system message, at the start.</summary>
internal static class LmStudio
{
    public static ProviderApi Api { get; } = new("lmstudio")
    {
        Synonyms = ["lm_studio"],
        CatalogueName = "",
        BaseUrl = "http://127.0.0.1:1234/v1",
        KeyVariable = "LMSTUDIO_API_KEY",
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { RepairToolArguments = true, OneSystemMessage = true },
    };
}
