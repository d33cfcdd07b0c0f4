using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>A provider whose name in a model (<c>provider/model</c>) means something by itself.</summary>
/// <param name="Name">The prefix.</param>
/// <param name="BaseUrl">Where it lives; <see langword="null"/> where the configuration has to say so with <c>base_url</c>.</param>
/// <param name="OwnedBy">How <c>GET /v1/models</c> names the owner.</param>
/// <param name="KeyVariable">The environment variable that customarily holds its key; set for the providers of a start without configuration.</param>
public sealed record KnownProvider(string Name, string? BaseUrl, string OwnedBy, string? KeyVariable = null);

/// <summary>The providers known by name. Adding one is adding a row.</summary>
public static class KnownProviders
{
    private static readonly KnownProvider[] Rows =
    [
        new("openai", "https://api.openai.com/v1", "OpenAI", "OPENAI_API_KEY"),
        new("anthropic", "https://api.anthropic.com/v1", "Anthropic", "ANTHROPIC_API_KEY"),
        new("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "Gemini", "GEMINI_API_KEY"),
        new("groq", "https://api.groq.com/openai/v1", "Groq", "GROQ_API_KEY"),
        new("deepseek", "https://api.deepseek.com/v1", "Deepseek", "DEEPSEEK_API_KEY"),
        new("mistral", "https://api.mistral.ai/v1", "Mistral", "MISTRAL_API_KEY"),
        new("digitalocean", "https://inference.do-ai.run/v1", "digitalocean", "DO_API_KEY"),
        new("vercel", "https://ai-gateway.vercel.sh/v1", "vercel", "AI_GATEWAY_API_KEY"),
        new("openrouter", "https://openrouter.ai/api/v1", "openrouter", "OPENROUTER_API_KEY"),
        new("edenai", "https://api.edenai.run/v3", "edenai", "EDENAI_API_KEY"),
        new("xai", "https://api.x.ai/v1", "xai"),
        new("together_ai", "https://api.together.xyz/v1", "together_ai"),
        new("moonshotai", "https://api.moonshot.ai/v1", "moonshotai"),
        new("zhipu", "https://open.bigmodel.cn/api/paas/v4", "zhipu"),
        new("xiaomi", "https://api.xiaomimimo.com/v1", "xiaomi"),
        new("chatgpt", "https://chatgpt.com/backend-api/codex", "chatgpt"),
        new("plano", null, "Plano"),
        new("azure_openai", null, "azure_openai"),
        new("ollama", null, "ollama"),
        new("qwen", null, "qwen"),
        new("amazon_bedrock", null, "amazon_bedrock"),
    ];

    // The same provider under another name in a model's prefix.
    private static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>
    {
        ["google"] = "gemini",
        ["together"] = "together_ai",
        ["amazon"] = "amazon_bedrock",
        ["do"] = "digitalocean",
        ["do_ai"] = "digitalocean",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, KnownProvider> ByName = Rows.ToFrozenDictionary(row => row.Name);

    /// <summary>Every provider, in the order of the table.</summary>
    public static IReadOnlyList<KnownProvider> All => Rows;

    /// <summary>What <c>provider_interface</c> may say for a provider that is not in the table.</summary>
    public static IReadOnlyList<string> Interfaces { get; } =
    [
        "plano", "deepseek", "groq", "mistral", "openai", "anthropic", "xiaomi", "gemini", "chatgpt", "digitalocean", "vercel",
        "openrouter", "edenai", "moonshotai",
    ];

    /// <summary>Finds a provider by the prefix of a model, synonyms included.</summary>
    public static KnownProvider? Find(string prefix) => ByName.GetValueOrDefault(Synonyms.GetValueOrDefault(prefix, prefix));
}
