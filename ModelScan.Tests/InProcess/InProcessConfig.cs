using ModelScan.InProcess;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.InProcess;

/// <summary>Configurations and answers for tests of the gateway in process.</summary>
internal static class InProcessConfig
{
    public const string Completion = """{"id":"test-id","object":"chat.completion","created":1234567890,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Test response"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    public static string Json(string body, int status = 200, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n{headers}content-length: {body.Length}\r\n\r\n{body}";

    /// <summary>Direct mode with two providers, the first the default.</summary>
    public static string Direct(Uri first, Uri second, string routing = "mode: direct, direct: { default_provider: openai }") => TestConfig.Empty
        .Model("openai/gpt-4o", first, "k1")
        .Model("groq/llama", second, "k2")
        .Routing(routing);

    /// <summary>A Plano, and one provider to fall back to.</summary>
    public static string Plano(Uri plano, string proxy = "", string routing = "", Uri? provider = null) => TestConfig.Empty
        .Default("openai/gpt-4o", provider ?? Nobody, "k1")
        .Routing($$"""mode: plano_proxy, proxy: { base_url: "{{plano}}"{{proxy}} }{{routing}}""");

    public static Uri Nobody { get; } = new("http://127.0.0.1:1");

    /// <summary>Starts a gateway with a configuration in a string.</summary>
    public static Task<InProcessGateway> StartAsync(string yaml) => InProcessGateway.StartAsync(GatewayConfiguration.FromText(yaml));
}
