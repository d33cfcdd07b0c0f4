using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.ModelMetrics;

/// <summary>Whomever the gateway asks, it asks at the address that somebody configured, and nowhere else.</summary>
public sealed class RedirectTests
{
    [Fact]
    public async Task Redirect_OfAnybodyWhoIsAsked_IsNotFollowed()
    {
        var asked = 0;
        await using var elsewhere = RawUpstream.Start(request =>
        {
            Interlocked.Increment(ref asked);
            return request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        });
        var redirects = 0;
        await using var redirecting = RawUpstream.Start(request =>
        {
            Interlocked.Increment(ref redirects);
            return request.SendAsync($"HTTP/1.1 307 Elsewhere\r\nlocation: {elsewhere.Address}\r\ncontent-length: 0\r\n\r\n");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Default("openai/gpt-4o", $"{redirecting.Address}v1")
            .Route("code", "writing functions", ["openai/gpt-4o"])
            .Routing("allow_mode_header: true")
            .Routing($$"""proxy: { base_url: "{{redirecting.Address}}", retry_count: 0 }, classifier: { type: endpoint, base_url: "{{redirecting.Address}}", model: m }""")
            .Yaml($$"""
                model_metrics_sources:
                  - { type: cost_metrics, url: "{{redirecting.Address}}prices" }
                  - { type: latency, provider: prometheus, url: "{{redirecting.Address}}", query: q }
                """));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        foreach (var mode in (string[])["policy", "direct", "plano_proxy"])
        {
            using var content = new StringContent(ProxyConfig.CodePrompt, System.Text.Encoding.UTF8, "application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Client.BaseAddress!, "/v1/chat/completions")) { Content = content };
            request.Headers.Add("x-modelscan-mode", mode);
            using var answer = await client.SendAsync(request);
        }

        // Two sources, the router model, and a model three times.
        await Eventually.TrueAsync(() => Volatile.Read(ref redirects) >= 6, "everybody to be asked");
        Assert.Equal(0, asked);
    }
}
