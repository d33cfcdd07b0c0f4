using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Pages of other sites may ask models where the configuration names their site, and nowhere else.</summary>
public sealed class CorsTests
{
    private const string Page = "https://app.example.com";

    [Theory]
    [InlineData("""cors: { origins: ["https://app.example.com"] }""", Page, true)]
    [InlineData("""cors: { origins: ["https://*.example.com"], max_age: 1h }""", Page, true)]
    [InlineData("""cors: { origins: ["*"] }""", Page, true)]
    [InlineData("""cors: { origins: ["https://app.example.com"] }""", "https://evil.example.org", false)]
    [InlineData("""cors: { origins: ["https://app.example.com"] }""", "http://app.example.com", false)]
    [InlineData("mode: direct", Page, false)]
    public async Task Preflight_IsAllowedWhereTheOriginIsNamed(string routing, string origin, bool isAllowed)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1"), routing));
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(isAllowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(isAllowed, response.Headers.TryGetValues("Access-Control-Allow-Headers", out var headers) && headers.Single() == "authorization,content-type");
    }

    [Fact]
    public async Task Answer_AndErrorToo_MayBeReadByTheNamedOrigin()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, $"mode: direct, cors: {{ origins: [\"{Page}\"] }}"));
        foreach (var body in (string[])[GatewayUnderTest.Chat("hi", "gpt-4o"), "no json"])
        {
            var answer = await gateway.PostAsync("/v1/chat/completions", body, ("origin", Page));
            Assert.Equal((Page, "*"), (answer.Headers["access-control-allow-origin"], answer.Headers["access-control-expose-headers"]));
        }
    }

    [Fact]
    public async Task Administration_IsNobodysFromAPage()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1"), "cors: { origins: [\"*\"] }"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/config");
        request.Headers.Add("Origin", Page);
        using var response = await gateway.Client.SendAsync(request);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("cors: {}", "routing.cors.origins: at least one is required")]
    [InlineData("""cors: { origins: ["app.example.com"] }""", "is no origin")]
    [InlineData("""cors: { origins: ["https://app.example.com/path"] }""", "is no origin")]
    public void Configuration_OriginsThatAreNone_AreRefused(string routing, string expected) =>
        Assert.Contains(Configuration.ConfigText.Errors($"routing: {{ {routing} }}"), error => $"{error.Path}: {error.Message}".Contains(expected, StringComparison.Ordinal));
}
