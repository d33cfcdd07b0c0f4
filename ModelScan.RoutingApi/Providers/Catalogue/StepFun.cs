namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>StepFun.</summary>
internal sealed class StepFun : IProviderEntry
{
    public static ProviderApi Api { get; } = new("stepfun")
    {
        BaseUrl = "https://api.stepfun.com/v1",
        KeyVariable = "STEPFUN_API_KEY",
        Makes = ["step"],
        Capabilities = ProviderApi.ChatModelsWithoutFiles,
    };
}
