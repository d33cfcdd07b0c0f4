using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Google's Gemini in OpenAI's format (https://ai.google.dev/gemini-api/docs/openai).</summary>
internal static class Gemini
{
    public static ProviderApi Api { get; } = new("gemini")
    {
        Synonyms = ["google"],
        OwnedBy = "Gemini",
        CatalogueName = "google",
        TelemetryName = "gcp.gemini",
        BaseUrl = "https://generativelanguage.googleapis.com/v1beta/openai",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Images, ProviderDoor.Batches],
        KeyVariable = "GEMINI_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Makes = ["gemini", "gemma"],
        Prefix = "/v1beta/openai",
        Capabilities = ProviderApi.ChatModels with { Schemas = SchemaProfile.Gemini, ReasoningEffort = true, ReasoningFamily = "gemini" },
        Families = [new("gemini*", model => model with { ReasoningFamily = "gemini" })],

        // OpenAI's format has no budgets; the service makes them of efforts.
        Models =
        [
            new("*", model => model with
            {
                Reasoning = model.Reasoning is { Budget: not null, Efforts: Efforts.Unset }
                    ? model.Reasoning with { Budget = null, Efforts = Efforts.Low | Efforts.Medium | Efforts.High | (model.Reasoning.CanBeOff ? Efforts.None : Efforts.Unset) }
                    : model.Reasoning,
            }),
        ],
    };
}
