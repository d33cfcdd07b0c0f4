namespace ModelScan.Tests.Endpoints;

/// <summary>Configurations for tests of the proxy.</summary>
internal static class ProxyConfig
{
    /// <summary>Two OpenAI models, an Anthropic one and an entry with the client's own credential, all at one address.</summary>
    public static string At(Uri upstream, string routing = "mode: direct") => $$"""
        model_providers:
          - { model: openai/gpt-4o, access_key: sk-openai, base_url: "{{upstream}}", default: true }
          - { model: openai/gpt-4o-mini, access_key: sk-openai, base_url: "{{upstream}}" }
          - { model: anthropic/claude-sonnet-4-20250514, access_key: sk-anthropic, base_url: "{{upstream}}" }
          - { model: groq/llama-3.3-70b, passthrough_auth: true, base_url: "{{upstream}}v1" }
        model_aliases: { fast: { target: openai/gpt-4o-mini } }
        routing: { {{routing}} }
        """;

    /// <summary>Two providers behind one route, so that the second is asked when the first fails.</summary>
    public static string Chain(Uri first, Uri second, string routing = "mode: policy") => $$"""
        model_providers:
          - { model: first/a, access_key: sk-a, base_url: "{{first}}", provider_interface: openai, default: true }
          - { model: second/b, access_key: sk-b, base_url: "{{second}}", provider_interface: openai }
        routing_preferences:
          - { name: code, description: "generating new code, writing functions", models: [first/a, second/b] }
        routing: { {{routing}} }
        """;

    public const string CodePrompt = """{"model":"x","messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

    public const string StreamedCodePrompt = """{"model":"x","stream":true,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

    public const string Ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";

    public static string Error(int status, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n{headers}content-length: 31\r\n\r\n{{\"error\":{{\"message\":\"no luck\"}}}}";
}
