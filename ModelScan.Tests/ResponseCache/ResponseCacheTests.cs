using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.ResponseCache;
using ModelScan.Tests.Guards;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.ResponseCache;

/// <summary>The same request gets the same answer without a model being asked, and nothing else does.</summary>
public sealed class ResponseCacheTests
{
    private const string On = "response_cache: {}";
    private const string Cold = "\"temperature\":0,";

    public static TheoryData<string, bool> Formats => new()
    {
        { "chat", false }, { "chat", true }, { "messages", false }, { "messages", true }, { "responses", false }, { "responses", true },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task SameRequest_GetsTheSameBytes_AStreamAsAStream(string format, bool stream)
    {
        await using var run = await StartAsync(On);
        var (path, body) = EchoProvider.Ask(format, "hello there", stream, Cold);
        var first = await run.Gateway.PostAsync(path, body);
        var second = await run.Gateway.PostAsync(path, body);
        Assert.Equal(("miss", "hit"), (first.Headers["x-modelscan-cache"], second.Headers["x-modelscan-cache"]));
        Assert.Equal((first.Text, 200, "0"), (second.Text, second.Status, second.Headers["x-modelscan-attempts"]));
        Assert.Equal(first.Headers["Content-Type"], second.Headers["Content-Type"]);
        Assert.Equal(first.Headers["x-modelscan-model"], second.Headers["x-modelscan-model"]);
        Assert.Equal("0", second.Headers["Age"]);
        Assert.Single(run.Provider.Requests);
    }

    [Fact]
    public async Task OrderOfMembersAndBlanks_MakeNoDifference()
    {
        await using var run = await StartAsync(On);
        await run.Gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o","temperature":0,"messages":[{"role":"user","content":"a"}]}""");
        var second = await run.Gateway.PostAsync("/v1/chat/completions", """{ "messages" : [ {"content":"\u0061","role":"user"} ], "temperature":0, "model":"gpt-4o" }""");
        Assert.Equal("hit", second.Headers["x-modelscan-cache"]);
    }

    [Theory]
    [InlineData("authorization", "Bearer other")]
    [InlineData("x-api-key", "other")]
    [InlineData("anthropic-beta", "other")]
    public async Task AnotherClient_OrAnotherWish_GetsAnAnswerOfItsOwn(string header, string value)
    {
        await using var run = await StartAsync(On);
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body);
        Assert.Equal("miss", (await run.Gateway.PostAsync(path, body, (header, value))).Headers["x-modelscan-cache"]);
        Assert.Equal(2, run.Provider.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"temperature\":0.7,")]
    [InlineData("\"temperature\":null,")]
    public async Task NotDeterministic_IsAskedAgain_UnlessAllAreKept(string more)
    {
        var (path, body) = EchoProvider.Ask("chat", "hello", more: more);
        foreach (var (config, outcome, asked) in new[] { (On, "bypass", 2), ("response_cache: { requests: all }", "hit", 1) })
        {
            await using var run = await StartAsync(config);
            await run.Gateway.PostAsync(path, body);
            Assert.Equal(outcome, (await run.Gateway.PostAsync(path, body)).Headers["x-modelscan-cache"]);
            Assert.Equal(asked, run.Provider.Requests.Count);
        }
    }

    [Theory]
    [InlineData("no-store", "bypass", "hit")]
    [InlineData("no-cache", "miss", "hit")]
    [InlineData("max-age=0", "miss", "hit")]
    [InlineData("max-age=60", "hit", "hit")]
    public async Task CacheControl_OfTheClient_Counts(string control, string second, string third)
    {
        await using var run = await StartAsync(On);
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body);
        Assert.Equal(second, (await run.Gateway.PostAsync(path, body, ("cache-control", control))).Headers["x-modelscan-cache"]);
        Assert.Equal(third, (await run.Gateway.PostAsync(path, body)).Headers["x-modelscan-cache"]);
    }

    [Fact]
    public async Task NoStore_IsNotKept()
    {
        await using var run = await StartAsync(On);
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body, ("cache-control", "no-store"));
        Assert.Equal("miss", (await run.Gateway.PostAsync(path, body)).Headers["x-modelscan-cache"]);
    }

    [Fact]
    public async Task Errors_AreNotKept()
    {
        await using var run = await StartAsync(On);
        run.Provider.Status = 400;
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        Assert.Equal(400, (await run.Gateway.PostAsync(path, body)).Status);
        run.Provider.Status = 200;
        var second = await run.Gateway.PostAsync(path, body);
        Assert.Equal((200, "miss"), (second.Status, second.Headers["x-modelscan-cache"]));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    public async Task BrokenStreams_AreNotKept(string format)
    {
        await using var run = await StartAsync(On);
        run.Provider.Breaks = true;
        var (path, body) = EchoProvider.Ask(format, "hello", stream: true, Cold);
        Assert.True((await run.Gateway.PostAsync(path, body)).IsCut);
        run.Provider.Breaks = false;
        var second = await run.Gateway.PostAsync(path, body);
        Assert.Equal(("miss", "hello"), (second.Headers["x-modelscan-cache"], EchoProvider.TextOf(second.Text)));
    }

    [Fact]
    public async Task LargeAnswers_AreNotKept()
    {
        await using var run = await StartAsync("response_cache: { max_answer_size: 1KB }");
        run.Provider.Says = new string('x', 2000);
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body);
        Assert.Equal("miss", (await run.Gateway.PostAsync(path, body)).Headers["x-modelscan-cache"]);
    }

    [Fact]
    public async Task TurnThatGoesOnFromAResponse_IsAskedEachTime()
    {
        await using var run = await StartAsync(On);
        var id = (await run.Gateway.PostAsync("/v1/responses", """{"model":"gpt-4o","input":"hello"}""")).Json.GetProperty("id").GetString();
        for (var i = 0; i < 2; i++)
            Assert.Equal("bypass", (await run.Gateway.PostAsync("/v1/responses", $$"""{"model":"gpt-4o","temperature":0,"previous_response_id":"{{id}}","input":"go on"}""")).Headers["x-modelscan-cache"]);
    }

    [Fact]
    public async Task WhatGuardsRedact_IsNotInTheCache_AndEachClientGetsItsOwnBack()
    {
        await using var run = await StartAsync(On + "\nguards: { input: [{ type: pii }] }");
        var (path, body) = EchoProvider.Ask("chat", "ann@acme.io", more: Cold);
        Assert.Equal("ann@acme.io", EchoProvider.TextOf((await run.Gateway.PostAsync(path, body)).Text));
        var other = await run.Gateway.PostAsync(path, body.Replace("ann", "bob", StringComparison.Ordinal));
        Assert.Equal(("hit", "bob@acme.io"), (other.Headers["x-modelscan-cache"], EchoProvider.TextOf(other.Text)));
    }

    [Fact]
    public async Task WithoutTheSection_NothingIsSaidOfIt()
    {
        await using var run = await StartAsync("");
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body);
        Assert.False((await run.Gateway.PostAsync(path, body)).Headers.ContainsKey("x-modelscan-cache"));
        Assert.Equal(2, run.Provider.Requests.Count);
    }

    [Fact]
    public async Task Hits_CostNothing_AndAreSaidToBeHits()
    {
        await using var run = await StartAsync(On);
        var (path, body) = EchoProvider.Ask("chat", "hello", more: Cold);
        await run.Gateway.PostAsync(path, body);
        await run.Gateway.PostAsync(path, body);
        var state = run.Gateway.Services.GetRequiredService<ResponseCacheStage>().State;
        Assert.Equal((1, 1L, 1L), (state.Answers, state.Hits, state.Misses));
        var metrics = await run.Gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("modelscan_response_cache_requests_total{outcome=\"hit\"} 1", metrics, StringComparison.Ordinal);
    }

    private static async Task<Run> StartAsync(string config)
    {
        var provider = new EchoProvider();
        return new Run(provider, await GatewayUnderTest.StartAsync(provider.Config(config)));
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
