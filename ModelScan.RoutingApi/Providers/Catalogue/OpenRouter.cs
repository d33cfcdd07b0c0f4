using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>OpenRouter: everybody's models in one form; it makes of an effort what each wants (https://openrouter.ai/docs/use-cases/reasoning-tokens).</summary>
internal static class OpenRouter
{
    public static ProviderApi Api { get; } = new("openrouter")
    {
        BaseUrl = "https://openrouter.ai/api/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Audio, ProviderDoor.Rerank, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "OPENROUTER_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Capabilities = ProviderApi.ChatModels with { ReasoningEffort = true },
        Models =
        [
            new("claude*", model => model with { CacheControl = true }),
            new("*", model => model.Reasoning is { Thinks: true, Efforts: Efforts.Unset } ? model with { ReasoningEffort = true } : model),
        ],
    };
}
