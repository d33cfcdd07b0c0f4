using System.Net;
using Microsoft.AspNetCore.Http;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>A page of another site, open in the browser of somebody who runs a gateway.</summary>
public sealed class BrowserTests
{
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Page = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; charset=application/json")]
    public async Task Form_IsRefusedBeforeAnybodyIsAsked(string type)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat, contentType: type));

        Assert.Equal((415, 0), (answer.Status, provider.Requests));
        Assert.Contains("the body must be application/json", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/vnd.api+json")]
    [InlineData("text/json")]
    public async Task Json_ByWhateverName_IsTaken(string type)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(200, (await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat, contentType: type))).Status);
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "https://evil.example")]
    [InlineData("POST", "/v1/messages", "http://127.0.0.1:1")]
    [InlineData("POST", "/v1/responses", "null")]
    [InlineData("POST", "/routing/v1/chat/completions", "https://evil.example")]
    [InlineData("PUT", "/admin/mode", "https://evil.example")]
    [InlineData("DELETE", "/admin/mode", "https://evil.example")]
    [InlineData("GET", "/admin/config", "https://evil.example")]
    [InlineData("GET", "/v1/models", "chrome-extension://abc")]
    public async Task ForeignOrigin_IsRefused(string method, string path, string origin)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        var answer = await RawClient.AskAsync(
            gateway.Client.BaseAddress!, $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {origin}\r\nContent-Type: application/json\r\nContent-Length: {Chat.Length}\r\nAccess-Control-Request-Method: POST\r\n\r\n{Chat}");

        Assert.Equal((403, 0, null), (answer.Status, provider.Requests, answer.Header("access-control-allow-origin")));
        Assert.Contains("OriginNotAllowed", answer.Body, StringComparison.Ordinal);
        Assert.Equal("direct", answer.Header("x-modelscan-mode"));
    }

    [Fact]
    public async Task OwnOrigin_IsNoneOfAnother()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var address = gateway.Client.BaseAddress!;
        foreach (var (host, origin) in ((string, string)[])[($"localhost:{address.Port}", $"http://localhost:{address.Port}"), ($"127.0.0.1:{address.Port}", $"http://127.0.0.1:{address.Port}"), ("gateway.internal", "https://gateway.internal"), ("gateway.internal:443", "https://gateway.internal")])
            Assert.Equal(200, (await RawClient.AskAsync(address, RawClient.Post("/v1/chat/completions", Chat, $"Origin: {origin}\r\n", host))).Status);
    }

    [Fact]
    public async Task ConfiguredOrigin_GetsWhatCorsAsksFor()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\naccess-control-allow-origin: *\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, cors: { origins: ['https://app.example.com'] }"));
        const string Origin = "Origin: https://app.example.com\r\n";

        var preflight = await RawClient.AskAsync(gateway.Client.BaseAddress!, $"OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n{Origin}Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n\r\n");
        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat, Origin));
        var other = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat, Page));

        Assert.Equal((204, "https://app.example.com", "authorization,content-type"), (preflight.Status, preflight.Header("access-control-allow-origin"), preflight.Header("access-control-allow-headers")));
        Assert.Equal((200, "https://app.example.com"), (answer.Status, answer.Header("access-control-allow-origin")));
        Assert.Equal(403, other.Status);
    }

    [Theory]
    [InlineData("rebound.evil.example", 403)]
    [InlineData("rebound.evil.example:12000", 403)]
    [InlineData("127.0.0.1.nip.io", 403)]
    [InlineData("localhost.evil.example.", 403)]
    [InlineData("localhost", 200)]
    [InlineData("[::1]:12000", 200)]
    [InlineData("192.168.1.7", 200)]
    [InlineData("routing-api", 200)]
    [InlineData("host.docker.internal:5000", 200)]
    [InlineData("routing-api.dev.localhost", 200)]
    public async Task Host_OnALoopbackListener_IsOneThatNobodyOutsideCanPointThere(string host, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }\nmodel_providers: []");
        Assert.Equal(status, (await RawClient.AskAsync(gateway.Client.BaseAddress!, $"GET /admin/config HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status);
    }

    [Theory]
    [InlineData("llm.example.com", true)]
    [InlineData("a.b.example.org", true)]
    [InlineData("example.org", false)]
    [InlineData("evil-example.org", false)]
    [InlineData("other.example.com", false)]
    [InlineData("10.0.0.1", true)]
    public void Hosts_WhereTheyAreConfigured_HoldForEveryListener(string host, bool isKnown)
    {
        string[] allowed = ["llm.example.com", "*.example.org"];
        Assert.Equal(isKnown, BrowserGuard.IsKnownHost(IPAddress.Parse("10.1.2.3"), new HostString(host), allowed));
        Assert.Equal(isKnown, BrowserGuard.IsKnownHost(IPAddress.Loopback, new HostString(host), allowed));
        Assert.True(BrowserGuard.IsKnownHost(IPAddress.Parse("10.1.2.3"), new HostString(host), []));
    }
}
