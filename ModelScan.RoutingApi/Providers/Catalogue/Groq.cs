using System.Collections.Frozen;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Groq: OpenAI's format under a path of its own.</summary>
internal static class Groq
{
    public static ProviderApi Api { get; } = new("groq")
    {
        OwnedBy = "Groq",
        BaseUrl = "https://api.groq.com/openai/v1",
        Doors = [ProviderDoor.Audio, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "GROQ_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Prefix = "/openai/v1",
        Path = PathRule.KeepsVersion,

        // Schemas are taken by the models of which the catalogue says so; the fields are refused (https://console.groq.com/docs/openai).
        Capabilities = ProviderApi.ChatModelsWithoutFiles with
        {
            MaxStopSequences = 4,
            MaxTools = 128,
            StructuredOutput = StructuredOutput.JsonMode,
            RefusedFields = FrozenSet.Create("logprobs", "top_logprobs", "logit_bias"),
        },
    };
}
