using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Mistral: refuses every field that it does not know; ids of tool calls have nine characters (https://docs.mistral.ai/api).</summary>
internal static class Mistral
{
    public static ProviderApi Api { get; } = new("mistral")
    {
        OwnedBy = "Mistral",
        TelemetryName = "mistral_ai",
        BaseUrl = "https://api.mistral.ai/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Audio, ProviderDoor.Moderations, ProviderDoor.Files],
        KeyVariable = "MISTRAL_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Makes = ["mistral", "codestral", "devstral", "ministral", "magistral", "pixtral"],
        Capabilities = ProviderApi.ChatModelsWithoutFiles with
        {
            ShortToolIds = true,
            StreamOptions = false,
            KnownFields = FrozenSet.Create(
                "model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata", "response_format", "tools", "tool_choice", "presence_penalty",
                "frequency_penalty", "n", "prediction", "parallel_tool_calls", "prompt_mode", "reasoning_effort", "safe_prompt"),
        },
        Families =
        [
            new("codestral* devstral*", model => model with { Images = false }) { Below = "3" },
            new("open-mixtral* open-mistral* mixtral*", model => model with { Images = false }),
        ],
    };
}
