using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>A route's models are asked in order until one begins to answer.</summary>
public sealed class ProxyFailoverTests
{
    private static readonly Uri Nobody = new("http://127.0.0.1:1");

    [Theory]
    [InlineData(408)]
    [InlineData(424)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(529)]
    public async Task FirstModelRefuses_SecondAnswers(int status)
    {
        await using var first = RawUpstream.Start(ProxyConfig.Error(status));
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Equal(
            (200, "second/b", "second", "2", "code"),
            (answer.Status, answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-provider"], answer.Headers["x-modelscan-attempts"], answer.Headers["x-modelscan-route"]));
    }

    [Fact]
    public async Task FirstModelCannotBeReached_SecondAnswers()
    {
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(Nobody, second.Address));
        Assert.Equal("2", (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt)).Headers["x-modelscan-attempts"]);
    }

    [Fact]
    [Trait("Complaint", "6")]
    public async Task FirstModelDiesBeforeItsFirstByte_SecondAnswers_6()
    {
        await using var first = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            request.Close();
        });
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        Assert.Equal("second/b", (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.StreamedCodePrompt)).Headers["x-modelscan-model"]);
    }

    [Fact]
    [Trait("Complaint", "6")]
    public async Task FirstModelsStreamBeginsWithAnError_SecondAnswers_6()
    {
        await using var first = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"error\":{\"message\":\"overloaded\"}}\n\n");
            await request.EndChunkedAsync();
        });
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        Assert.Equal("second/b", (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.StreamedCodePrompt)).Headers["x-modelscan-model"]);
    }

    [Fact]
    [Trait("Complaint", "8")]
    public async Task FirstModelIsSilent_SecondAnswersAfterTheFirstByteLimit_8()
    {
        await using var first = RawUpstream.Start(request => request.WaitForCloseAsync());
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address, "mode: policy, timeouts: { first_byte: 200ms }"));
        var clock = Stopwatch.StartNew();
        Assert.Equal("second/b", (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt)).Headers["x-modelscan-model"]);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), "the limit for the first byte did not hold");
    }

    [Fact]
    public async Task FirstModelRefusesTheRequestItself_NobodyElseIsAsked()
    {
        await using var first = RawUpstream.Start(ProxyConfig.Error(400));
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Equal((400, "{\"error\":{\"message\":\"no luck\"}}", 0), (answer.Status, answer.Text, second.Requests));
    }

    [Fact]
    public async Task FirstModelBreaksOffWithinItsAnswer_NobodyElseIsAsked()
    {
        await using var first = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n");
            request.Close();
        });
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.StreamedCodePrompt);
        Assert.Equal(("first/a", 0), (answer.Headers["x-modelscan-model"], second.Requests));
        Assert.Equal(("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n", true), (answer.Text, answer.IsCut));
    }

    [Fact]
    public async Task AllModelsFail_TheAnswerListsThem_E19()
    {
        await using var first = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 9\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, Nobody));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Equal(502, answer.Status);
        Assert.Equal("all 2 models failed: first/a: rate limited; second/b: connection refused", answer.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    [Trait("Complaint", "25")]
    public async Task AllModelsAreRateLimited_TheSmallestRetryAfterComesBack_25()
    {
        await using var first = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 30\r\n"));
        await using var second = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 8\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Equal((429, "8"), (answer.Status, answer.Headers["retry-after"]));
    }

    [Fact]
    public async Task NoRouteMatches_TheRequestedModelAnswers()
    {
        await using var first = RawUpstream.Start(ProxyConfig.Ok);
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"second/b","messages":[{"role":"user","content":"thanks, bye"}]}""");
        Assert.Equal(("second/b", "1", false), (answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-attempts"], answer.Headers.ContainsKey("x-modelscan-route")));
    }
}
