using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>routing.mode: plano_proxy</c>: a Plano answers everything, in its own bytes.</summary>
public sealed class PlanoProxyTests
{
    private const string Body = """{ "model" : "gpt-4o",  "messages":[{"role":"user","content":"hi"}], "routing_preferences":[{"name":"x","description":"y","models":["gpt-4o"]}], "unknown": 1.50 }""";

    public static string Config(Uri plano, string proxy = "", string routing = "", Uri? provider = null) => TestConfig.Empty
        .Default("openai/gpt-4o", provider ?? new Uri("http://127.0.0.1:1"), "sk-openai")
        .Routing($$"""mode: plano_proxy, proxy: { base_url: "{{plano}}"{{proxy}} }{{routing}}""");

    [Theory]
    [InlineData("/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/v1/messages", "/v1/messages")]
    [InlineData("/v1/responses", "/v1/responses")]
    [InlineData("/v1/messages/count_tokens", "/v1/messages/count_tokens")]
    [InlineData("/routing/v1/chat/completions", "/routing/v1/chat/completions")]
    [InlineData("/routing/v1/messages", "/routing/v1/messages")]
    [InlineData("/routing/v1/responses", "/routing/v1/responses")]
    public async Task AnyPath_ReachesPlanoByteForByte(string path, string expected)
    {
        RawRequest? seen = null;
        await using var plano = RawUpstream.Start(request =>
        {
            seen = request;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address));
        var answer = await gateway.PostAsync(path, Body, ("x-model-affinity", "s1"), ("x-arch-llm-provider-hint", "openai"));
        Assert.Equal((200, "{\"ok\":true}", "plano_proxy", "plano"), (answer.Status, answer.Text, answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-provider"]));
        Assert.StartsWith($"POST {expected} HTTP/1.1", seen!.Head, StringComparison.Ordinal);
        Assert.Equal(Body, System.Text.Encoding.UTF8.GetString(seen.Body));
        Assert.Contains("x-model-affinity: s1", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x-arch-llm-provider-hint: openai", seen.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("", "/v1/chat/completions")]
    [InlineData("/", "/v1/chat/completions")]
    [InlineData("/v1", "/v1/chat/completions")]
    [InlineData("/plano/", "/plano/v1/chat/completions")]
    public async Task BaseUrl_InAnyForm_LeadsToTheSamePath(string suffix, string expected)
    {
        var head = "";
        await using var plano = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri(plano.Address.GetLeftPart(UriPartial.Authority) + suffix)));
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
        Assert.StartsWith($"POST {expected} ", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages":[]}""", """{"model":"none","messages":[]}""")]
    [InlineData("""{"messages":[],"model":null}""", """{"messages":[],"model":"none"}""")]
    [InlineData("""{"model":"none","messages":[]}""", """{"model":"none","messages":[]}""")]
    public async Task NoModel_IsSentAsNone(string sent, string expected)
    {
        byte[] seen = [];
        await using var plano = RawUpstream.Start(request =>
        {
            seen = request.Body;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address));
        await gateway.PostAsync("/v1/chat/completions", sent);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(seen));
    }

    [Theory]
    [InlineData(", api_key: pk-1", "Bearer pk-1")]
    [InlineData("", null)]
    [InlineData(", passthrough_auth: true", "Bearer client-key")]
    public async Task Credential_IsThatOfTheConfiguration(string proxy, string? expected)
    {
        var head = "";
        await using var plano = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address, proxy));
        await gateway.PostAsync("/v1/messages", Body, ("Authorization", "Bearer client-key"));
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("authorization:", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(expected, line?["authorization: ".Length..]);
        Assert.DoesNotContain("x-api-key", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ModelList_IsPlanos()
    {
        await using var plano = RawUpstream.Start(request => request.SendAsync(
            request.Head.StartsWith("GET /v1/models ", StringComparison.Ordinal) ? ProxyConfig.Ok : ProxyConfig.Error(404)));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address));
        Assert.Equal("{\"ok\":true}", await gateway.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));
    }

    [Fact]
    public async Task PlanoIsAnotherModelScan_ItsDecisionIsPassedOn()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var plano = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(provider.Address, provider.Address));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Client.BaseAddress!));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Equal(
            (200, "plano_proxy", "plano", "first/a", "code"),
            (answer.Status, answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-provider"], answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-route"]));
    }

    [Fact]
    public async Task PlanoIsAway_WithFallback_DirectAnswersAndSaysWhy()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1"), ", retry_count: 0", ", fallback: true", mock.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((200, "direct", "openai/gpt-4o", "2"), (answer.Status, answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-attempts"]));
        Assert.Equal("plano_proxy: plano: connection refused", answer.Headers["x-modelscan-fallback"]);
        Assert.Contains("modelscan_gateway_fallbacks_total{modelscan_mode=\"plano_proxy\",error_type=\"UpstreamUnavailable\"} 1", await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanoIsAway_WithoutFallback_TheClientIsToldSo()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1"), ", retry_count: 0"));
        var answer = await gateway.PostAsync("/v1/messages", Body);
        Assert.Equal((502, "plano: connection refused"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
        Assert.False(answer.Headers.ContainsKey("x-modelscan-fallback"));
    }

    [Fact]
    public async Task PlanoAndProviderAreAway_BothReasonsAreTold()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1"), ", retry_count: 0", ", fallback: true"));
        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        var error = answer.Json.GetProperty("error");
        Assert.Equal((502, "FallbackFailed"), (answer.Status, error.GetProperty("code").GetString()));
        Assert.Equal("plano_proxy: plano: connection refused; direct: openai: connection refused", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task PlanoIsAway_WithFallback_DecisionsAndModelsAreTheGatewaysOwn()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1"), ", retry_count: 0", ", fallback: true"));
        var decision = await gateway.DecideAsync("hi", []);
        Assert.Equal((200, "plano_proxy: plano: connection refused"), (decision.Status, decision.Headers["x-modelscan-fallback"]));
        using var models = JsonDocument.Parse(await gateway.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));
        Assert.Equal("openai/gpt-4o", models.RootElement.GetProperty("data")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task PlanosOwnRefusal_IsTheAnswer_EvenWithFallback()
    {
        await using var plano = RawUpstream.Start(ProxyConfig.Error(400));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address, "", ", fallback: true"));
        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal((400, "{\"error\":{\"message\":\"no luck\"}}", 1), (answer.Status, answer.Text, plano.Requests));
    }
}
