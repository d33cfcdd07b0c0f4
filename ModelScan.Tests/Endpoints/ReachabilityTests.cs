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
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    [InlineData("/v1/responses")]
    [InlineData("/v1/models")]
    public async Task Options_SaysWhatIsAllowed(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(Nobody));
        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Contains("OPTIONS", response.Content.Headers.Allow);
    }
}
