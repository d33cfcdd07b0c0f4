using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>Three hundred header names, in both directions, in every format: what is not on the lists stays behind.</summary>
public sealed class HeaderTests
{
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Messages = """{"model":"claude-sonnet-4-20250514","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";
    private const string MessagesToChat = """{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";

    // Secrets, and what acts on a browser in the gateway's name: names that real systems use.
    private static readonly string[] Dangerous =
    [
        "x-auth-token", "cookie", "cookie2", "ocp-apim-subscription-key", "x-amz-security-token", "cf-access-client-secret", "cf-access-client-id", "x-goog-iap-jwt-assertion", "referer", "origin",
        "x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via", "proxy-authorization", "x-csrf-token", "x-xsrf-token", "x-access-token", "x-vault-token", "x-consul-token",
        "private-token", "job-token", "x-gitlab-token", "x-hub-signature", "x-shopify-access-token", "dd-api-key", "x-honeycomb-team", "x-amzn-oidc-data", "x-amzn-oidc-accesstoken",
        "x-ms-token-aad-id-token", "x-ms-token-aad-access-token", "x-goog-api-key", "x-api-key", "api-key", "authorization", "x-rapidapi-key", "cf-aig-authorization", "x-portkey-api-key",
        "helicone-auth", "x-bt-parent", "baggage", "x-original-url", "x-rewrite-url", "x-http-method-override", "x-accel-redirect", "sec-fetch-site", "sec-websocket-key", "dnt", "priority",
        "set-cookie", "access-control-allow-origin", "access-control-allow-credentials", "clear-site-data", "refresh", "www-authenticate", "location", "link", "content-security-policy",
        "strict-transport-security", "alt-svc", "public-key-pins", "report-to", "nel", "server", "x-powered-by", "content-location", "x-frame-options", "service-worker-allowed", "sourcemap",
        "content-disposition", "x-sendfile", "proxy-authenticate", "x-modelscan-hops-of-mine", "x-arch-internal", "x-envoy-original-path", "x-b3-traceid", "uber-trace-id", "x-cloud-trace-context",
    ];

    // What the transport itself reads or sets.
    private static readonly string[] OfTransport =
    [
        "host", "connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "content-type", "upgrade", "te", "trailer", "expect", "proxy-connection", "date", "http2-settings",
        "accept", "accept-encoding", "accept-language", "user-agent", "server", "location",
    ];

    /// <summary>Everything on the lists, everything dangerous, and names that nobody has heard of: more than three hundred.</summary>
    private static readonly string[] Names =
    [
        .. RequestHeaderRules.All.Concat(AnswerHeaderRules.All).Select(rule => rule.Name.Replace("*", "something", StringComparison.Ordinal))
            .Concat(Dangerous).Concat(Invented(170)).Distinct(StringComparer.OrdinalIgnoreCase).Except(OfTransport, StringComparer.OrdinalIgnoreCase),
    ];

    [Theory]
    [InlineData("/v1/chat/completions", Chat, ApiFormat.ChatCompletions, false)]
    [InlineData("/v1/messages", Messages, ApiFormat.Messages, false)]
    [InlineData("/v1/responses", """{"model":"gpt-4o","input":"hi"}""", ApiFormat.Responses, false)]
    [InlineData("/v1/messages", MessagesToChat, ApiFormat.Messages, true)]
    public async Task Request_ThreeHundredNames_OnlyThoseOnTheListReachTheProvider(string path, string body, ApiFormat format, bool isTranslated)
    {
        Assert.True(Names.Length >= 300, $"{Names.Length} names");
        var heads = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var provider = RawUpstream.Start(request =>
        {
            heads.Enqueue(request.Head);
            return request.SendAsync(ProxyConfig.Error(400));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        // The server takes a hundred at a time.
        foreach (var some in Names.Chunk(60))
            _ = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post(path, body, string.Concat(some.Select(name => $"{name}: v\r\n"))));

        var received = heads.SelectMany(NamesIn).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(Expected(RequestHeaderRules.All, format, isTranslated), Names.Where(received.Contains).Except(SetByTheGateway(received), StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(heads.SelectMany(head => head.Split("\r\n")), line => line.StartsWith("authorization: v", StringComparison.OrdinalIgnoreCase) || line.StartsWith("x-api-key: v", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/v1/chat/completions", Chat, ApiFormat.ChatCompletions, false)]
    [InlineData("/v1/messages", Messages, ApiFormat.Messages, false)]
    [InlineData("/v1/responses", """{"model":"gpt-4o","input":"hi"}""", ApiFormat.Responses, false)]
    [InlineData("/v1/messages", MessagesToChat, ApiFormat.Messages, true)]
    public async Task Answer_ThreeHundredNames_OnlyThoseOnTheListReachTheClient(string path, string body, ApiFormat format, bool isTranslated)
    {
        const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n{string.Concat(Names.Select(name => $"{name}: v\r\n"))}\r\n{Answer}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post(path, body));

        Assert.Equal(200, answer.Status);
        var received = NamesIn(answer.Head).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(Expected(AnswerHeaderRules.All, format, isTranslated), Names.Where(received.Contains).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Configuration_AddsNames_AndConnectionTakesThemAway()
    {
        string? head = null;
        await using var provider = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync("HTTP/1.1 400 No\r\nx-acme-cost: 7\r\nx-acme-hidden: 8\r\nx-other: 9\r\nconnection: x-acme-hidden\r\ncontent-length: 2\r\n\r\n{}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, headers: { to_provider: [X-Team, x-acme-*], to_client: [x-acme-*] }"));

        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post(
            "/v1/chat/completions", Chat, "x-team: a\r\nx-acme-one: b\r\nx-acme-two: c\r\nx-acmetwo: d\r\nanthropic-version: e\r\nConnection: x-acme-two, user-agent\r\nuser-agent: me\r\n"));

        Assert.Equal(["x-acme-one", "x-team"], NamesIn(head!).Where(name => name.StartsWith("x-", StringComparison.OrdinalIgnoreCase)).Where(name => name != "x-modelscan-hops").Select(name => name.ToLowerInvariant()).Order());
        Assert.DoesNotContain("user-agent", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("7", null, null), (answer.Header("x-acme-cost"), answer.Header("x-acme-hidden"), answer.Header("x-other")));
    }

    [Theory]
    [InlineData("?key=secret&beta=true&api_key=secret&KEY=1&limit=3", "beta=true&limit=3")]
    [InlineData("?key=secret", "")]
    [InlineData("?beta=true", "beta=true")]
    public async Task Query_OnlyWhatVendorsDocument_ReachesTheProvider(string query, string expected)
    {
        string? head = null;
        await using var provider = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post($"/v1/chat/completions{query}", Chat));

        Assert.Equal($"POST /v1/chat/completions{(expected.Length > 0 ? "?" : "")}{expected} HTTP/1.1", head!.Split("\r\n")[0]);
    }

    [Fact]
    public async Task Baggage_OfAClient_ComesBackNowhere_AndTheTraceGoesOn()
    {
        string? head = null;
        await using var provider = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));

        await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post(
            "/v1/chat/completions", Chat, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=b\r\nbaggage: user=alice\r\nCorrelation-Context: user=alice\r\n"));

        Assert.Contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("tracestate: a=b", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alice", head, StringComparison.Ordinal);
    }

    // By the rules themselves, not by what they are compiled to.
    private static string[] Expected(IReadOnlyList<HeaderRule> rules, ApiFormat format, bool isTranslated) =>
    [
        .. Names.Where(name => rules.Any(rule => rule.Holds(format, isTranslated)
            && (rule.IsPrefix ? name.StartsWith(rule.Name[..^1], StringComparison.OrdinalIgnoreCase) : name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase)))).Order(StringComparer.Ordinal),
    ];

    // A credential of the gateway's own, in whichever header the provider takes it.
    private static IEnumerable<string> SetByTheGateway(HashSet<string> received) => received.Where(name => name is "authorization" or "x-api-key" or "Authorization");

    private static IEnumerable<string> NamesIn(string head) => head.Split("\r\n").Skip(1).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]);

    private static IEnumerable<string> Invented(int count)
    {
        var random = new Random(19);
        for (var i = 0; i < count; i++)
            yield return (i % 3 == 0 ? "x-" : "") + string.Concat(Enumerable.Range(0, 4 + i % 9).Select(_ => (char)('a' + random.Next(26)))) + (i % 4 == 0 ? "-token" : i % 7 == 0 ? "-id" : "");
    }
}
