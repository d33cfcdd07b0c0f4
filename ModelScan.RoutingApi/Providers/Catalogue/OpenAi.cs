using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>OpenAI: the formats of Chat Completions and Responses are its own.</summary>
internal static class OpenAi
{
    /// <summary>Name, and what the configuration calls the format that nearly everybody speaks.</summary>
    public const string Name = "openai";

    /// <summary>Any of its models.</summary>
    public static readonly ModelCapabilities AnyModel = new()
    {
        MaxTools = 128,
        MaxStopSequences = 4,
        OpenAiFields = true,
        DeveloperRole = true,
        Compaction = true,
        Schemas = SchemaProfile.OpenAiStrict,
    };

    /// <summary>What its models are like where it, or Azure, serves them (https://platform.openai.com/docs/models).</summary>
    public static readonly IReadOnlyList<FamilyRule> Hosted =
    [
        // What reads images reads documents, whatever the catalogue says.
        new("gpt* o* codex*", model => model with { Files = model.Images }),
        new("gpt-chat", model => model with { Sampling = true }),
        new("gpt* !gpt-chat !gpt-oss*", model => model with { SamplingWithoutReasoning = !model.Sampling }) { From = "5.2" },

        // Chat Completions refuses function tools together with an effort, later without the effort "none"; Responses takes both.
        new("gpt* !gpt-chat !gpt-oss*", model => model with { ChatTools = ChatToolTerms.WithoutEffort }) { From = "5.4" },
        new("gpt* !gpt-chat !gpt-oss*", model => model with { ChatTools = ChatToolTerms.WithEffortNone }) { From = "5.6" },

        // Served by the Responses API alone.
        new("gpt-codex* codex* gpt-pro* o-pro* *deep-research*", model => model with { Formats = [ApiFormat.Responses] }),
        new("gpt-search* gpt-mini-search*", model => model with { WebSearch = true }),
    ];

    public static ProviderApi Api { get; } = new(Name)
    {
        OwnedBy = "OpenAI",
        BaseUrl = "https://api.openai.com/v1",
        Doors = [ProviderDoor.Embeddings, ProviderDoor.Completions, ProviderDoor.Images, ProviderDoor.Audio, ProviderDoor.Moderations, ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "OPENAI_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        IsThereByDefault = true,
        Makes = ["gpt", "o", "codex", "text"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Responses],
        Capabilities = AnyModel,
        Models = Hosted,
        Families =
        [
            new("gpt-turbo*", model => model with { TokenLimitField = "max_tokens" }) { Below = "4" },

            // What reasons knows only the newer name of the limit, and one temperature.
            new("gpt* !gpt-oss*", model => model with { TokenLimitField = "max_completion_tokens" }) { From = "5" },
            new("gpt* !gpt-oss* !gpt-chat", model => model) { From = "5", InChat = [new MemberRule("temperature", _ => "1"u8.ToArray())] },
            new("o o-mini* o-pro* o-preview* o-deep-research", model => model with { TokenLimitField = "max_completion_tokens", Sampling = false, ParallelToolCalls = false }),
            new("o-mini o-preview", model => model with { Images = false, Files = false }) { Below = "2" },
            new("gpt-oss*", model => model with { Images = false, Files = false }),

            // Which models have which vocabulary: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
            new("gpt-oss* o* codex*", model => model with { Vocabulary = TokenVocabulary.O200kBase }),
            new("gpt*", model => model with { Vocabulary = TokenVocabulary.O200kBase }) { Keys = key => key.StartsWith("gpt-4o", StringComparison.Ordinal) },
            new("gpt* !gpt-turbo*", model => model with { Vocabulary = TokenVocabulary.O200kBase }) { From = "4.1" },
        ],
    };
}
