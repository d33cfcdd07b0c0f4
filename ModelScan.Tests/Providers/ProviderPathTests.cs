using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Providers;

/// <summary>Which address a model's requests go to; ids of rows are those of the compatibility vectors.</summary>
public sealed class ProviderPathTests
{
    [Theory]
    [InlineData("openai-chat", "openai/gpt-4o", null, "chat", "https://api.openai.com/v1/chat/completions")]
    [InlineData("openai-responses", "openai/gpt-4o", null, "responses", "https://api.openai.com/v1/responses")]
    [InlineData("H3", "zhipu/glm-4.6", null, "chat", "https://open.bigmodel.cn/api/paas/v4/chat/completions")]
    [InlineData("H3-own-host", "zhipu/glm-4.6", "http://h", "chat", "http://h/api/paas/v4/chat/completions")]
    [InlineData("H4", "qwen/qwen3-max", "http://h", "chat", "http://h/compatible-mode/v1/chat/completions")]
    [InlineData("H5", "azure_openai/gpt-4", "http://h", "chat", "http://h/openai/deployments/gpt-4/chat/completions?api-version=2025-01-01-preview")]
    [InlineData("H7", "perplexity/sonar-pro", "http://h", "chat", "http://h/chat/completions")]
    [InlineData("H10", "moonshotai/kimi-for-coding", "http://h/coding/v1", "chat", "http://h/coding/v1/chat/completions")]
    [InlineData("H10-kimi", "moonshotai/kimi-for-coding", "https://api.kimi.com/coding/", "chat", "https://api.kimi.com/coding/v1/chat/completions")]
    [InlineData("H11", "groq/llama-3.3-70b", "http://h/api/v2", "chat", "http://h/api/v2/v1/chat/completions")]
    [InlineData("H11-no-version", "groq/llama-3.3-70b", "http://h/api", "chat", "http://h/api/v1/chat/completions")]
    [InlineData("H12", "zhipu/glm-4.6", "http://h/", "chat", "http://h/api/paas/v4/chat/completions")]
    [InlineData("H17", "anthropic/claude-sonnet-4-5", "http://h/api/v2", "messages", "http://h/api/v2/messages")]
    [InlineData("H19", "zhipu/glm-4.6", "http://h/api/v2", "chat", "http://h/api/v2/chat/completions")]
    [InlineData("H20", "azure_openai/gpt-4", "http://h/custom/azure/path", "chat", "http://h/custom/azure/path/gpt-4/chat/completions?api-version=2025-01-01-preview")]
    [InlineData("azure-v1", "azure_openai/gpt-4", "http://h/openai/v1", "chat", "http://h/openai/v1/chat/completions")]
    [InlineData("H25", "acme/model", "http://h", "chat", "http://h/v1/chat/completions")]
    [InlineData("H27", "groq/llama-3.3-70b", null, "chat", "https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("gemini", "gemini/gemini-2.5-pro", null, "chat", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions")]
    [InlineData("gemini-own-host", "gemini/gemini-2.5-pro", "http://h", "chat", "http://h/v1beta/openai/chat/completions")]
    [InlineData("bedrock-openai", "amazon_bedrock/gpt-oss", "http://h/openai/v1", "chat", "http://h/openai/v1/chat/completions")]
    [InlineData("azure-responses", "azure_openai/gpt-5.3-codex", "http://h", "responses", "http://h/openai/v1/responses")]
    [InlineData("azure-claude", "azure_openai/claude-sonnet-4-5", "http://h", "messages", "http://h/anthropic/v1/messages")]
    [InlineData("azure-version", "azure_openai/gpt-4", "http://h?api-version=2025-04-01-preview", "chat", "http://h/openai/deployments/gpt-4/chat/completions?api-version=2025-04-01-preview")]
    [InlineData("azure-v1-responses", "azure_openai/gpt-4", "http://h/openai/v1", "responses", "http://h/openai/v1/responses")]
    [InlineData("deepseek-messages", "deepseek/deepseek-v4-pro", null, "messages", "https://api.deepseek.com/anthropic/v1/messages")]
    [InlineData("deepseek-messages-alone", "deepseek/deepseek-v4-pro", "https://api.deepseek.com/anthropic", "messages", "https://api.deepseek.com/anthropic/v1/messages")]
    [InlineData("kimi-messages", "kimi_coding/kimi-for-coding", null, "messages", "https://api.kimi.com/coding/v1/messages")]
    [InlineData("kimi-by-its-host", "acme/x", "https://api.kimi.com/coding", "messages", "https://api.kimi.com/coding/v1/messages")]
    [InlineData("perplexity", "perplexity/sonar", null, "chat", "https://api.perplexity.ai/chat/completions")]
    [InlineData("fireworks", "fireworks_ai/accounts/fireworks/models/glm-5p2", null, "chat", "https://api.fireworks.ai/inference/v1/chat/completions")]
    [InlineData("P09-host", "anthropic/claude-sonnet-4-5", "https://h.example", "messages", "https://h.example/v1/messages")]
    [InlineData("P09-slash", "anthropic/claude-sonnet-4-5", "https://h.example/", "messages", "https://h.example/v1/messages")]
    [InlineData("P09-path", "anthropic/claude-sonnet-4-5", "https://h.example/api/anthropic", "messages", "https://h.example/api/anthropic/v1/messages")]
    [InlineData("P09-version", "anthropic/claude-sonnet-4-5", "https://h.example/api/anthropic/v1", "messages", "https://h.example/api/anthropic/v1/messages")]
    [InlineData("whole-chat", "openai/gpt-4o", "http://h/v1/chat/completions", "chat", "http://h/v1/chat/completions")]
    [InlineData("whole-chat-slash", "openai/gpt-4o", "http://h/v1/chat/completions/", "chat", "http://h/v1/chat/completions")]
    [InlineData("whole-chat-other-format", "openai/gpt-4o", "http://h/v1/chat/completions", "responses", "http://h/v1/responses")]
    [InlineData("whole-responses", "openai/gpt-4o", "http://h/v1/responses", "chat", "http://h/v1/chat/completions")]
    [InlineData("whole-messages", "anthropic/claude-sonnet-4-5", "https://h.example/v1/messages", "messages", "https://h.example/v1/messages")]
    [InlineData("whole-messages-no-version", "anthropic/claude-sonnet-4-5", "https://h.example/api/messages", "messages", "https://h.example/api/messages")]
    [InlineData("whole-groq", "groq/llama-3.3-70b", "http://h/api/chat/completions", "chat", "http://h/api/chat/completions")]
    [InlineData("whole-bare", "openai/gpt-4o", "http://h/chat/completions", "chat", "http://h/chat/completions")]
    [InlineData("whole-zhipu", "zhipu/glm-4.6", "http://h/api/paas/v4/chat/completions", "chat", "http://h/api/paas/v4/chat/completions")]
    [InlineData("whole-azure", "azure_openai/gpt-4", "http://h/openai/deployments/mine/chat/completions?api-version=2024-10-21", "chat", "http://h/openai/deployments/mine/chat/completions?api-version=2024-10-21")]
    [InlineData("whole-azure-no-query", "azure_openai/gpt-4", "http://h/openai/deployments/mine/chat/completions", "chat", "http://h/openai/deployments/mine/chat/completions?api-version=2025-01-01-preview")]
    [InlineData("whole-bedrock-openai", "amazon_bedrock/gpt-oss", "http://h/openai/v1/chat/completions", "chat", "http://h/openai/v1/chat/completions")]
    [InlineData("vertex-gemini", "google_vertex/google/gemini-2.5-pro", "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5", "chat", "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/endpoints/openapi/chat/completions")]
    [InlineData("vertex-gemini-openapi", "google_vertex/google/gemini-2.5-pro", "http://h/v1/projects/p/locations/l/endpoints/openapi", "chat", "http://h/v1/projects/p/locations/l/endpoints/openapi/chat/completions")]
    [InlineData("vertex-deployed", "google_vertex/mine", "http://h/v1/projects/p/locations/l/endpoints/42", "chat", "http://h/v1/projects/p/locations/l/endpoints/42/chat/completions")]
    [InlineData("vertex-claude", "google_vertex/claude-sonnet-4-5@20250929", "http://h/v1/projects/p/locations/l", "messages", "http://h/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict")]
    [InlineData("vertex-claude-openapi", "google_vertex/anthropic/claude-opus-4-6", "http://h/v1/projects/p/locations/l/endpoints/openapi", "messages", "http://h/v1/projects/p/locations/l/publishers/anthropic/models/claude-opus-4-6:rawPredict")]
    [InlineData("query", "openai/gpt-4o", "http://h/v1?tenant=7", "chat", "http://h/v1/chat/completions?tenant=7")]
    public void Of_ProviderAndAddress_IsTheProvidersPath(string id, string model, string? baseUrl, string format, string expected)
    {
        var entry = Entry(model, baseUrl);
        var address = ProviderPaths.Of(ConfiguredProvider.Of(entry, entry.ModelId), entry.BaseUrl, Format(format), entry.ModelId);
        Assert.Equal((id, expected), (id, address.AbsoluteUri));
    }

    [Theory]
    [InlineData("H13", "us.amazon.nova-pro-v1:0", "http://h", false, "http://h/model/us.amazon.nova-pro-v1:0/converse")]
    [InlineData("H13-stream", "us.amazon.nova-pro-v1:0", "http://h", true, "http://h/model/us.amazon.nova-pro-v1:0/converse-stream")]
    [InlineData("H15", "us.amazon.nova-pro-v1:0", "http://h/custom/path", false, "http://h/custom/path/model/us.amazon.nova-pro-v1:0/converse")]
    [InlineData("H15-stream", "us.amazon.nova-pro-v1:0", "http://h/custom/path/", true, "http://h/custom/path/model/us.amazon.nova-pro-v1:0/converse-stream")]
    [InlineData("region", "m", "https://bedrock-runtime.eu-central-1.amazonaws.com", false, "https://bedrock-runtime.eu-central-1.amazonaws.com/model/m/converse")]
    [InlineData("arn", "arn:aws:bedrock:us-east-1:1:inference-profile/us.a.b?c%d", "http://h", true, "http://h/model/arn:aws:bedrock:us-east-1:1:inference-profile%2Fus.a.b%3Fc%25d/converse-stream")]
    public void AddressOf_BedrockModel_HasTheModelInItsPath(string id, string model, string baseUrl, bool stream, string expected)
    {
        var target = new ModelTarget(Entry($"amazon_bedrock/{model}", baseUrl) with { AccessKey = "k" }, model, 0, null);
        Assert.Equal((id, expected), (id, target.AddressOf(ApiFormat.Converse, stream).AbsoluteUri));
    }

    [Theory]
    [InlineData("http://h/v1/messages", "?beta=true", "http://h/v1/messages?beta=true")]
    [InlineData("http://h/v1/messages", "", "http://h/v1/messages")]
    [InlineData("http://h/x?api-version=1", "?beta=true", "http://h/x?api-version=1&beta=true")]
    public void WithQuery_ClientsQuery_IsKept(string address, string query, string expected) =>
        Assert.Equal(expected, ProviderPaths.WithQuery(new Uri(address), query).AbsoluteUri);

    [Theory]
    [InlineData("H23", "vercel/x", "chat,messages,responses", "")]
    [InlineData("H24-openrouter", "openrouter/x", "chat", "")]
    [InlineData("H24-edenai", "edenai/x", "chat", "")]
    [InlineData("H24-minimax", "minimax/x", "chat", "")]
    [InlineData("azure", "azure_openai/gpt-4o", "chat,responses,messages", "")]
    [InlineData("deepseek-elsewhere", "deepseek/deepseek-chat", "chat", "")]
    [InlineData("openai", "openai/gpt-4o", "chat,responses", "")]
    [InlineData("xai", "xai/grok-4", "chat,responses", "")]
    [InlineData("bedrock", "amazon_bedrock/x", "converse", "")]
    [InlineData("anthropic", "anthropic/claude-sonnet-4-5", "messages", "chat")]
    [InlineData("vertex", "google_vertex/claude-sonnet-4-5", "chat,messages", "")]
    public void Find_Provider_SpeaksItsFormats(string id, string model, string native, string compatible)
    {
        var api = ConfiguredProvider.Of(Entry(model, "http://h"), Entry(model, null).ModelId);
        Assert.Equal((id, native, compatible), (id, Names(api.Native), Names(api.Compatible)));
    }

    internal static ModelProviderConfig Entry(string model, string? baseUrl)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return new ModelProviderConfig(model, model[..slash], model[(slash + 1)..]) { BaseUrl = baseUrl is null ? null : new Uri(baseUrl) };
    }

    private static ApiFormat Format(string name) => name switch { "chat" => ApiFormat.ChatCompletions, "messages" => ApiFormat.Messages, _ => ApiFormat.Responses };

    private static string Names(IEnumerable<ApiFormat> formats) => string.Join(',', formats.Select(format => format switch
    {
        ApiFormat.Messages => "messages",
        ApiFormat.Responses => "responses",
        ApiFormat.Converse => "converse",
        _ => "chat",
    }));
}
