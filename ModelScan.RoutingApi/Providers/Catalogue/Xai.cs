using System.Collections.Frozen;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>xAI: Grok, in both of OpenAI's formats (https://docs.x.ai/docs/api-reference).</summary>
internal static class Xai
{
    public static ProviderApi Api { get; } = new("xai")
    {
        TelemetryName = "x_ai",
        BaseUrl = "https://api.x.ai/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "XAI_API_KEY",
        IsKnownToPlano = true,
        Makes = ["grok"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Responses],
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { Compaction = true, RefusedFields = FrozenSet.Create("web_search_options") },
        Families =
        [
            new("grok*", model => model with { ReasoningFamily = "xai" }),
            new("grok-mini", model => model with { Images = false, Reasoning = model.Reasoning with { Thinks = true, Efforts = Efforts.Low | Efforts.High } }) { Below = "4" },
            new("grok* !grok-mini", model => model with { Reasoning = model.Reasoning with { Efforts = Efforts.Unset } }) { Below = "4.3" },
            new("grok-code*", model => model with { Images = false }),
        ],
    };
}
