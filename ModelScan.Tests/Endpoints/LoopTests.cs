using System.Net.NetworkInformation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>No loops: requests that go round in circles between real gateways are cut.</summary>
public sealed class LoopTests
{
    private const string Chat = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hello"}]}""";
    private const string Messages = """{"model":"openai/gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Responses = """{"model":"openai/gpt-4o","input":"Hello"}""";

    [Theory]
    [InlineData("/v1/chat/completions", Chat, "server_error")]
    [InlineData("/v1/messages", Messages, "api_error")]
    [InlineData("/v1/responses", Responses, "server_error")]
    public async Task TwoGateways_PointAtEachOther_TheClientGets508InItsDialect(string path, string body, string type)
    {
        var (a, b) = TwoPorts();
        await using var first = await StartAsync(a, Plano(b));
        await using var second = await StartAsync(b, Plano(a));
        var answer = await first.PostAsync(path, body);
        Assert.Equal(508, answer.Status);
        Assert.Equal(type, answer.Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains("come back to a gateway", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        AssertFewSockets(a, b);
    }

    [Fact]
    public async Task TwoGateways_AreEachOthersProviders_TheClientGets508()
    {
        var (a, b) = TwoPorts();
        await using var first = await StartAsync(a, Provider(b));
        await using var second = await StartAsync(b, Provider(a));
        var answer = await first.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hello"}]}""");
        Assert.Equal(508, answer.Status);
        AssertFewSockets(a, b);
    }

    [Fact]
    public async Task TwoGateways_AreEachOthersRouterModels_TheRequestIsAnsweredAllTheSame()
    {
        var (a, b) = TwoPorts();
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        await using var first = await StartAsync(a, Classifier(b, provider.Address));
        await using var second = await StartAsync(b, Classifier(a, provider.Address));
        Assert.Equal(200, (await first.PostAsync("/v1/chat/completions", Chat)).Status);
        Assert.InRange(provider.Requests, 1, 3);
        AssertFewSockets(a, b);
    }

    // With a port that the system chooses, the gateway does not know its own address when it reads its configuration.
    [Fact]
    public async Task SeedsProxyExample_PointsAtTheGatewayItself_OneRequestOpensFewSockets()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: policy }");
        var port = gateway.Client.BaseAddress!.Port;
        await File.WriteAllTextAsync(gateway.ConfigPath, $$"""
            routing:
              mode: plano_proxy
              proxy:
                base_url: http://localhost:{{port}}
                timeout: 30
              fallback: false
            """);
        await Eventually.TrueAsync(
            async () => (await gateway.Client.GetStringAsync("/admin/config")).Contains("\"mode\": \"plano_proxy\"", StringComparison.Ordinal), "the configuration is in force");
        var answer = await gateway.PostAsync("/v1/chat/completions", Chat);
        Assert.Equal(508, answer.Status);
        AssertFewSockets(port);
    }

    [Fact]
    public async Task ManyGateways_InARow_AreBounded()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: policy }");
        var answer = await gateway.PostAsync("/v1/chat/completions", Chat, ("x-modelscan-hops", "a, b, c, d, e"));
        Assert.Equal(508, answer.Status);
        Assert.Equal("LoopDetected", answer.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("policy", answer.Headers["x-modelscan-mode"]);
    }

    [Fact]
    public async Task Trail_GatewayAskedByAnother_TellsTheNextOne()
    {
        string? passed = null;
        await using var provider = RawUpstream.Start(request =>
        {
            passed = request.Head.Split("\r\n").Single(line => line.StartsWith("x-modelscan-hops: ", StringComparison.OrdinalIgnoreCase))["x-modelscan-hops: ".Length..];
            return request.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await gateway.PostAsync("/v1/chat/completions", Chat, ("x-modelscan-hops", "aaaa"));
        Assert.Matches("^aaaa, [0-9a-f]{16}$", passed);
        await gateway.PostAsync("/v1/chat/completions", Chat);
        Assert.Matches("^[0-9a-f]{16}$", passed);
    }

    private static (int A, int B) TwoPorts()
    {
        var a = FreePort.Find();
        while (true)
        {
            if (FreePort.Find() is var b && b != a)
                return (a, b);
        }
    }

    private static Task<GatewayUnderTest> StartAsync(int port, string config) => GatewayUnderTest.StartAsync(config, "--urls", $"http://127.0.0.1:{port}");

    private static string Plano(int port) => $$"""routing: { mode: plano_proxy, fallback: false, proxy: { base_url: "http://127.0.0.1:{{port}}" } }""";

    private static TestConfig Provider(int port) => TestConfig.Empty.Default("openai/gpt-4o", $"http://127.0.0.1:{port}/v1", key: null);

    private static TestConfig Classifier(int port, Uri provider) => TestConfig.Empty
        .Default("openai/gpt-4o", $"{provider}v1", key: null)
        .Route("code", "writing code", ["openai/gpt-4o"])
        .Routing($$"""classifier: { type: endpoint, base_url: "http://127.0.0.1:{{port}}/v1", model: openai/gpt-4o }""");

    // Every connection shows twice, once for each side, and closed ones show for a while. Without a bound there were thousands.
    private static void AssertFewSockets(params int[] ports) => Assert.InRange(
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Count(connection => ports.Contains(connection.LocalEndPoint.Port)), 1, 20);
}
