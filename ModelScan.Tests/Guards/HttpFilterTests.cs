using ModelScan.Tests.Support;

namespace ModelScan.Tests.Guards;

/// <summary>Filters of type http, as Plano runs them, and where they fail.</summary>
public sealed class HttpFilterTests
{
    public static TheoryData<string, bool> Formats => new()
    {
        { "chat", false }, { "chat", true }, { "messages", false }, { "messages", true }, { "responses", false }, { "responses", true },
    };

    [Theory]
    [InlineData("mode: direct")]
    [InlineData("mode: policy")]
    public async Task Request_FilterAllowsIt_IsAnswered(string routing)
    {
        await using var filter = new FilterServer(body => (200, body));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]", routing: routing);
        var (path, body) = EchoProvider.Ask("chat", "What is 2+2?");
        var answer = await run.Gateway.PostAsync(path, body, ("authorization", "Bearer sk-client"), ("x-user", "ann"));
        Assert.Equal(200, answer.Status);
        Assert.Equal("What is 2+2?", EchoProvider.TextOf(answer.Text));
        Assert.Equal("guard: passed", answer.Headers["x-modelscan-guards"]);
        var (head, seen) = Assert.Single(filter.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", head, StringComparison.Ordinal);
        Assert.Contains("x-user: ann", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(body, seen);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Request_FilterChangesIt_TheProviderSeesThat(string format, bool stream)
    {
        await using var filter = new FilterServer(body => (200, body.Replace("secret", "nothing", StringComparison.Ordinal)));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]");
        var (path, body) = EchoProvider.Ask(format, "the secret", stream);
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal("the nothing", EchoProvider.TextOf(answer.Text));
        Assert.DoesNotContain("secret", run.Provider.Last, StringComparison.Ordinal);
    }

    // Neither the client's key nor the provider's, whatever header it comes in.
    [Theory]
    [InlineData("authorization", "Bearer sk-client-1")]
    [InlineData("x-api-key", "sk-client-1")]
    [InlineData("api-key", "sk-client-1")]
    [InlineData("x-goog-api-key", "sk-client-1")]
    [InlineData("cookie", "session=sk-client-1")]
    [InlineData("proxy-authorization", "Basic sk-client-1")]
    [InlineData("x-gateway-token", "sk-client-1")]
    [InlineData("x-modelscan-key", "sk-client-1")]
    public async Task Credentials_OfClientAndGateway_NeverGoToFilters(string header, string value)
    {
        await using var filter = new FilterServer(body => (200, body));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard], output_filters: [guard]");
        var (path, body) = EchoProvider.Ask("chat", "hello");
        await run.Gateway.PostAsync(path, body, (header, value));
        Assert.Equal(2, filter.Requests.Count);
        Assert.All(filter.Requests, request =>
        {
            Assert.DoesNotContain("sk-client-1", request.Head, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-provider", request.Head, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("chat", "invalid_request_error")]
    [InlineData("messages", "invalid_request_error")]
    [InlineData("responses", "invalid_request_error")]
    public async Task Request_FilterRefusesIt_ClientIsToldWithItsStatus(string format, string type)
    {
        await using var filter = new FilterServer(_ => (400, "bad request"));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]");
        var (path, body) = EchoProvider.Ask(format, "hello");
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal(400, answer.Status);
        var error = answer.Json.GetProperty("error");
        Assert.Equal((type, "FilterChainError"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        var details = error.GetProperty("details");
        Assert.Equal(("guard", "400", "bad request"), (details.GetProperty("agent").GetString(), details.GetProperty("status").GetString(), details.GetProperty("agent_response").GetString()));
        Assert.Equal("guard: refused", answer.Headers["x-modelscan-guards"]);
        Assert.Empty(run.Provider.Requests);
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"model":"gpt-4o"}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"a"}]}""")]
    public async Task Request_WhatAFilterMadeOfItIsNone_IsRefusedAsInvalid(string reply)
    {
        await using var filter = new FilterServer(_ => (200, reply));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]");
        var (path, body) = EchoProvider.Ask("chat", "hello");
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal((400, "InvalidRequest"), (answer.Status, answer.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(run.Provider.Requests);
    }

    [Theory]
    [InlineData(500, "", 500)]
    [InlineData(0, "", 500)]
    [InlineData(302, "", 500)]
    [InlineData(500, ", on_error: closed", 500)]
    [InlineData(500, ", on_error: open", 200)]
    [InlineData(0, ", on_error: open", 200)]
    public async Task Request_FilterFails_GoesOnOnlyWhereThatIsConfigured(int status, string onError, int expected)
    {
        await using var filter = new FilterServer(_ => (status, "down"));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]", more: onError);
        var (path, body) = EchoProvider.Ask("chat", "hello");
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal(expected, answer.Status);
        Assert.Equal(expected == 200 ? "guard: unverified" : "guard: failed", answer.Headers["x-modelscan-guards"]);
        if (expected == 500)
            Assert.StartsWith("Filter chain processing failed: filter 'guard': ", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(expected == 200 ? 1 : 0, run.Provider.Requests.Count);
    }

    [Fact]
    public async Task Request_FilterIsSilent_IsRefusedWhenItsTimeIsOver()
    {
        await using var silent = RawUpstream.Start(request => request.WaitForCloseAsync());
        await using var run = await StartAsync(silent.Address.ToString(), listener: "input_filters: [guard]", more: ", timeout: 200ms");
        var (path, body) = EchoProvider.Ask("chat", "hello");
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal(500, answer.Status);
        Assert.Contains("no answer within 0.2 s", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_LargerThanAFilterTakes_IsRefused()
    {
        await using var filter = new FilterServer(body => (200, body));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]", more: ", max_size: 1KB");
        var (path, body) = EchoProvider.Ask("chat", new string('a', 2000));
        Assert.Equal(500, (await run.Gateway.PostAsync(path, body)).Status);
        Assert.Empty(filter.Requests);
    }

    [Fact]
    public async Task Filters_InOrder_EachSeesWhatTheOneBeforeMade()
    {
        await using var first = new FilterServer(body => (200, body.Replace("one", "two", StringComparison.Ordinal)));
        await using var second = new FilterServer(body => (200, body.Replace("two", "three", StringComparison.Ordinal)));
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Config(
            $$"""filters: [{ id: a, type: http, url: "{{first.Url}}" }, { id: b, type: http, url: "{{second.Url}}" }]""", "input_filters: [a, b]"));
        var (path, body) = EchoProvider.Ask("chat", "one");
        Assert.Equal("three", EchoProvider.TextOf((await gateway.PostAsync(path, body)).Text));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Answer_FilterRedactsIt_TheClientNeverSeesTheSecret(string format, bool stream)
    {
        await using var filter = new FilterServer(body => (200, body.Replace("SECRET_TOKEN", "[REDACTED]", StringComparison.Ordinal)));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]");
        run.Provider.Says = "it is SECRET_TOKEN, keep it";
        run.Provider.Piece = 100;
        var (path, body) = EchoProvider.Ask(format, "hello", stream);
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal("it is [REDACTED], keep it", EchoProvider.TextOf(answer.Text));
        Assert.DoesNotContain("SECRET_TOKEN", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_Streamed_FilterSeesWholeEvents()
    {
        await using var filter = new FilterServer(body => (200, body));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]");
        run.Provider.Piece = 3;
        var (path, body) = EchoProvider.Ask("chat", "a longer text in many pieces", stream: true);
        Assert.Equal("a longer text in many pieces", EchoProvider.TextOf((await run.Gateway.PostAsync(path, body)).Text));
        Assert.All(filter.Requests, request => Assert.EndsWith("\n\n", request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_StreamedToAFilterThatWantsItWhole_FilterSeesAllOfItOnce()
    {
        await using var filter = new FilterServer(body => (200, body));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]", more: ", stream: buffer");
        run.Provider.Piece = 3;
        var (path, body) = EchoProvider.Ask("chat", "a longer text in many pieces", stream: true);
        Assert.Equal("a longer text in many pieces", EchoProvider.TextOf((await run.Gateway.PostAsync(path, body)).Text));
        Assert.Single(filter.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_FilterFails_PassesAsItIs(bool stream)
    {
        await using var filter = new FilterServer(_ => (500, "down"));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]");
        var (path, body) = EchoProvider.Ask("chat", "hello", stream);
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal((200, "hello"), (answer.Status, EchoProvider.TextOf(answer.Text)));
        Assert.Equal("guard.output: unverified", answer.Headers["x-modelscan-guards"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    public async Task Answer_FilterMakesSomethingElseOfIt_PassesAsItIs(string reply)
    {
        await using var filter = new FilterServer(_ => (200, reply));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]");
        var (path, body) = EchoProvider.Ask("chat", "hello");
        Assert.Equal("hello", EchoProvider.TextOf((await run.Gateway.PostAsync(path, body)).Text));
    }

    [Fact]
    public async Task Answer_FilterFailsAndIsNotToBePassedOver_IsRefused()
    {
        await using var filter = new FilterServer(_ => (500, "down"));
        await using var run = await StartAsync(filter, listener: "output_filters: [guard]", more: ", on_error: closed");
        var (path, body) = EchoProvider.Ask("chat", "hello");
        Assert.Equal(500, (await run.Gateway.PostAsync(path, body)).Status);
        (path, body) = EchoProvider.Ask("chat", "hello", stream: true);
        var answer = await run.Gateway.PostAsync(path, body);
        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("hello", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Door_HasFilters_GoesThroughThem()
    {
        await using var filter = new FilterServer(_ => (403, "no"));
        await using var run = await StartAsync(filter, listener: "input_filters: [guard]");
        var answer = await run.Gateway.PostAsync("/v1/embeddings", """{"model":"gpt-4o","input":"hello"}""");
        Assert.Equal(403, answer.Status);
        Assert.Empty(run.Provider.Requests);
    }

    private static Task<Run> StartAsync(FilterServer filter, string listener, string more = "", string routing = "mode: direct") => StartAsync(filter.Url, listener, more, routing);

    private static async Task<Run> StartAsync(string filter, string listener, string more = "", string routing = "mode: direct")
    {
        var provider = new EchoProvider();
        var gateway = await GatewayUnderTest.StartAsync(provider.Config($$"""filters: [{ id: guard, type: http, url: "{{filter}}"{{more}} }]""", listener, routing));
        return new Run(provider, gateway);
    }

    private sealed record Run(EchoProvider Provider, GatewayUnderTest Gateway) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Provider.DisposeAsync();
        }
    }
}
