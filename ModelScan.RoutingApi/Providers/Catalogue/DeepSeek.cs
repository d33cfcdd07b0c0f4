using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>DeepSeek: text alone, JSON mode without schemas, thoughts that have to come back. Its models are also there in the Messages format
/// (https://api-docs.deepseek.com/guides/anthropic_api).</summary>
internal static class DeepSeek
{
    public static ProviderApi Api { get; } = new("deepseek")
    {
        OwnedBy = "Deepseek",
        BaseUrl = "https://api.deepseek.com/v1",
        Doors = [ProviderDoor.Completions],
        DoorPrefixes = new Dictionary<ProviderDoor, string> { [ProviderDoor.Completions] = "/beta" },
        KeyVariable = "DEEPSEEK_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Makes = ["deepseek"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/anthropic/v1" },
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { Images = false, ReasoningContent = true, MaxStopSequences = 16, MaxTools = 128, ParallelToolCalls = false },
        Families =
        [
            new("deepseek*", model => model with { ReasoningFamily = "deepseek" }),
            new("deepseek-reasoner", model => model with { ReasoningContent = true, Sampling = false }),
            new("deepseek-v*", model => model with { Reasoning = model.Reasoning with { RequiresThoughtOfCalls = true } }) { From = "4" },
            new("deepseek-r*", model => model with { ThinkTags = true, Images = false, Files = false }),
        ],

        // The catalogue says otherwise.
        Models = [new("*", model => model with { StructuredOutput = StructuredOutput.JsonMode, StrictTools = false })],
    };
}
