namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>GitHub Models.</summary>
internal static class GitHubModels
{
    public static ProviderApi Api { get; } = new("github_models")
    {
        Synonyms = ["github"],
        OwnedBy = "GitHub",
        CatalogueName = "github-models",
        BaseUrl = "https://models.github.ai/inference",
        KeyVariable = "GITHUB_TOKEN",
        Prefix = "/inference",
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
