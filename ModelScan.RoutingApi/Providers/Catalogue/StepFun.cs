namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>StepFun.</summary>
internal static class StepFun
{
    public static ProviderApi Api { get; } = new("stepfun")
    {
        BaseUrl = "https://api.stepfun.com/v1",
        KeyVariable = "STEPFUN_API_KEY",
        Makes = ["step"],
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
