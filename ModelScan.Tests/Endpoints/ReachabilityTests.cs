using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What agents ask before they ask anything.</summary>
public sealed class ReachabilityTests
{
    private static readonly Uri Nobody = new("http://127.0.0.1:1");

    [Theory]
    [InlineData("websocket", 426)]
    [InlineData("WebSocket", 426)]
    [InlineData(null, 405)]
    public async Task GetResponses_UpgradeToWebSocket_Is426AndAnythingElse405(string? upgrade, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/responses");
        if (upgrade is not null)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", upgrade);
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
            request.Headers.TryAddWithoutValidation("OpenAI-Beta", "responses_websockets=2026-02-06");
        }

        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal((status, true), ((int)response.StatusCode, (await response.Content.ReadAsStringAsync()).Contains("\"error\"", StringComparison.Ordinal)));
        Assert.Equal(status == 426, response.Headers.Contains("Upgrade"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/hello")]
    [InlineData("/healthz")]
    public async Task Head_ReachabilityProbe_Is200(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "POST")]
    [InlineData("/v1/messages", "POST")]
    [InlineData("/v1/messages/count_tokens", "POST")]
    [InlineData("/v1/responses", "POST")]
    [InlineData("/v1/models", "GET")]
    [InlineData("/v1/models/openai/gpt-4o", "GET")]
    [InlineData("/v1/files/x", "DELETE")]
    [InlineData("/messages", "POST")]
    [InlineData("/routing/v1/messages", "POST")]
    [InlineData("/", "GET")]
    public async Task Options_SaysWhatIsAllowed(string path, string method)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
        Assert.Equal((204, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Contains("OPTIONS", response.Content.Headers.Allow);
        Assert.Contains(method, response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/v1/models", 200)]
    [InlineData("/models", 200)]
    [InlineData("/v1/models/openai/gpt-4o", 200)]
    [InlineData("/v1/models/nobody/knows", 404)]
    [InlineData("/metrics", 200)]
    [InlineData("/v1/messages", 405)]
    [InlineData("/nowhere", 404)]
    public async Task Head_IsAnsweredLikeGetWithoutABody(string path, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal((status, 0), ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));

        // Nothing of a body is left on the connection.
        using var next = await gateway.Client.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.Equal(200, (int)next.StatusCode);
    }

    [Theory]
    [InlineData("/chat/completions", "chat")]
    [InlineData("/messages", "messages")]
    [InlineData("/responses", "responses")]
    [InlineData("/v1/v1/messages", "messages")]
    [InlineData("/v1/v1/chat/completions", "chat")]
    public async Task Post_WithoutTheVersionOrWithItTwice_IsAnswered(string path, string client)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(200, (await gateway.PostAsync(path, FormatWords.Of(client).Ask(client == "messages" ? "claude-sonnet-4-20250514" : "gpt-4o", stream: false))).Status);
    }

    // Google's own API, which Gemini CLI speaks, is none of the gateway's; its client shows the message.
    [Fact]
    public async Task Post_GooglesOwnApi_Is404ThatNamesThePath()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        var answer = await gateway.PostAsync("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"hi"}]}]}""");
        Assert.Equal((404, "there is nothing at /v1beta/models/gemini-2.5-pro:streamGenerateContent"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task CountTokens_WithoutTheVersion_IsAnswered()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        Assert.Equal(200, (await gateway.PostAsync("/messages/count_tokens", """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""")).Status);
    }
}
