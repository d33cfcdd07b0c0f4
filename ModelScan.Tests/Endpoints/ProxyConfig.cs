using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Configurations for tests of the proxy.</summary>
internal static class ProxyConfig
{
    /// <summary>Two OpenAI models, an Anthropic one and an entry with the client's own credential, all at one address.</summary>
    public static string At(Uri upstream, string routing = "mode: direct") => TestConfig.Empty
        .Default("openai/gpt-4o", upstream, "sk-openai")
        .Model("openai/gpt-4o-mini", upstream, "sk-openai")
        .Model("anthropic/claude-sonnet-4-20250514", upstream, "sk-anthropic")
        .Model("groq/llama-3.3-70b", $"{upstream}v1", null, "passthrough_auth: true")
        .Alias("fast", "openai/gpt-4o-mini")
        .Routing(routing);

    /// <summary>Two providers behind one route, so that the second is asked when the first fails.</summary>
    public static string Chain(Uri first, Uri second, string routing = "mode: policy") => TestConfig.Empty
        .Default("first/a", first, "sk-a", "provider_interface: openai")
        .Model("second/b", second, "sk-b", "provider_interface: openai")
        .CodeRoute("first/a", "second/b")
        .Routing(routing);

    public const string CodePrompt = """{"model":"x","messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

    public const string StreamedCodePrompt = """{"model":"x","stream":true,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

    public const string Ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";

    public static string Error(int status, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n{headers}content-length: 31\r\n\r\n{{\"error\":{{\"message\":\"no luck\"}}}}";
}
