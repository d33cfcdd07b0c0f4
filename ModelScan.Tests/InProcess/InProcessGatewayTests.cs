using System.Text;
using System.Text.Json.Nodes;
using ModelScan.InProcess;
using ModelScan.Tests.Support;
using InvalidRequestException = ModelScan.InProcess.InvalidRequestException;

namespace ModelScan.Tests.InProcess;

/// <summary>The gateway in this process: the cases that the seeds' package tests, and those that it does not.</summary>
public sealed class InProcessGatewayTests
{
    private static RouteRequest Hello(string? model = "gpt-4o", string? provider = null) =>
        new([new RouteMessage("user", "Hello, world!")]) { Model = model, Provider = provider, Temperature = 0.7, MaxTokens = 100 };

    private static Task<InProcessGateway> DirectAsync(Uri first, Uri? second = null) => InProcessConfig.StartAsync(InProcessConfig.Direct(first, second ?? InProcessConfig.Nobody));

    [Fact]
    public async Task Route_Direct_SendsEveryFieldAndReadsTheWholeAnswer()
    {
        JsonNode? sent = null;
        await using var provider = RawUpstream.Start(request =>
        {
            sent = JsonNode.Parse(request.Body);
            return request.SendAsync(InProcessConfig.Json(InProcessConfig.Completion));
        });
        await using var gateway = await DirectAsync(provider.Address);
        var response = await gateway.RouteAsync(Hello() with { AdditionalParameters = new JsonObject { ["top_p"] = 0.5 } });
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hello, world!"}],"temperature":0.7,"max_tokens":100,"top_p":0.5}""", sent!.ToJsonString());
        Assert.Equal(("Test response", "gpt-4o", "openai", "stop", new RouteUsage(10, 5, 15)), (response.Content, response.Model, response.Provider, response.FinishReason, response.Usage));
        Assert.Equal(
            ("test-id", "chat.completion", "1234567890", "direct", "1"),
            (response.Metadata["id"], response.Metadata["object"], response.Metadata["created"], response.Metadata["mode"], response.Metadata["attempts"]));
        Assert.NotEqual(TimeSpan.Zero, response.Latency);
    }

    [Fact]
    public async Task Route_BehindADecision_GoesOnUponAThreadThatMayBeBlocked()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        string config = TestConfig.Empty.Default("openai/gpt-4o", provider.Address, "k1").Route("travel", "flights and hotels", ["openai/gpt-4o"]).Routing("mode: policy");
        await using var gateway = await InProcessConfig.StartAsync(config);
        await Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await gateway.RouteAsync(new RouteRequest([new RouteMessage("user", $"book flight {i}")]) { Model = "openai/gpt-4o" });
                Assert.True(Thread.CurrentThread.IsThreadPoolThread);
            }
        });
    }

    [Fact]
    public async Task Route_WaitedForByAThreadThatItsContextBelongsTo_Ends()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new BlockedContext());
            try
            {
                var gateway = DirectAsync(provider.Address).GetAwaiter().GetResult();
                answer.SetResult(gateway.RouteAsync(Hello()).GetAwaiter().GetResult().Content);
                gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                answer.TrySetException(exception);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        Assert.Equal("Test response", await answer.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    // A window's context while its thread waits: nothing that is posted runs.
    private sealed class BlockedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    [Fact]
    public async Task Route_TemperatureZero_IsSent()
    {
        JsonNode? sent = null;
        await using var provider = RawUpstream.Start(request =>
        {
            sent = JsonNode.Parse(request.Body);
            return request.SendAsync(InProcessConfig.Json(InProcessConfig.Completion));
        });
        await using var gateway = await DirectAsync(provider.Address);
        await gateway.RouteAsync(Hello() with { Temperature = 0 });
        Assert.Equal(0, (double)sent!["temperature"]!);
    }

    [Theory]
    [InlineData(null, null, "openai")] // direct.default_provider
    [InlineData(null, "groq", "groq")]
    [InlineData("llama", "groq", "groq")]
    [InlineData("groq/llama", null, "groq")]
    public async Task Route_Direct_TheProviderIsTheNamedOneOrTheDefault(string? model, string? provider, string expected)
    {
        await using var first = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        await using var second = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        await using var gateway = await DirectAsync(first.Address, second.Address);
        Assert.Equal(expected, (await gateway.RouteAsync(Hello(model, provider))).Provider);
    }

    [Fact]
    public async Task Route_UnknownProvider_SaysSo()
    {
        await using var gateway = await DirectAsync(InProcessConfig.Nobody);
        var exception = await Assert.ThrowsAsync<ProviderNotFoundException>(() => gateway.RouteAsync(Hello(provider: "unknown")));
        Assert.Contains("'unknown'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_UnknownModel_SaysSo()
    {
        await using var gateway = await DirectAsync(InProcessConfig.Nobody);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProviderNotFoundException>(() => gateway.RouteAsync(Hello("gpt-9")))).Status);
    }

    [Fact]
    public async Task Route_NoMessages_IsAnInvalidRequest()
    {
        await using var gateway = await DirectAsync(InProcessConfig.Nobody);
        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => gateway.RouteAsync(new RouteRequest([])));
        Assert.Equal(("messages", 400), (exception.Field, exception.Status));
    }

    [Fact]
    public async Task Route_ProviderRefuses_GivesStatusBodyAndRetryAfter()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json("{\"error\":{}}", 429, "retry-after: 7\r\n"));
        await using var gateway = await DirectAsync(provider.Address);
        var exception = await Assert.ThrowsAsync<UpstreamStatusException>(() => gateway.RouteAsync(Hello()));
        Assert.Equal((429, "{\"error\":{}}", "7"), (exception.Status, exception.Body, exception.RetryAfter));
    }

    [Fact]
    public async Task Route_ProviderIsAway_IsUnavailable()
    {
        await using var gateway = await DirectAsync(InProcessConfig.Nobody);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() => gateway.RouteAsync(Hello()));
    }

    [Fact]
    public async Task Route_ProviderIsSilent_IsATimeout()
    {
        await using var provider = RawUpstream.Start(request => request.WaitForCloseAsync());
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Direct(provider.Address, InProcessConfig.Nobody, "mode: direct, timeouts: { first_byte: 100ms }, direct: { default_provider: openai }"));
        await Assert.ThrowsAsync<UpstreamTimeoutException>(() => gateway.RouteAsync(Hello()));
    }

    [Fact]
    public async Task Route_AnswerIsNoJson_IsAProtocolError()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json("<html>"));
        await using var gateway = await DirectAsync(provider.Address);
        await Assert.ThrowsAsync<UpstreamProtocolException>(() => gateway.RouteAsync(Hello()));
    }

    [Fact]
    public async Task Route_AnswerBreaksOff_IsUnavailable()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"id\"");
            request.Close();
        });
        await using var gateway = await DirectAsync(provider.Address);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() => gateway.RouteAsync(Hello()));
    }

    [Fact]
    public async Task Route_EmptyChoices_GiveEmptyContent()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json("""{"model":"m","choices":[]}"""));
        await using var gateway = await DirectAsync(provider.Address);
        var response = await gateway.RouteAsync(Hello());
        Assert.Equal(("", null, null), (response.Content, response.FinishReason, response.Usage));
    }

    [Fact]
    public async Task Route_Cancelled_ReachesTheProvider()
    {
        var left = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            arrived.SetResult();
            await request.WaitForCloseAsync();
            left.SetResult();
        });
        await using var gateway = await DirectAsync(provider.Address);
        using var stop = new CancellationTokenSource();
        var call = gateway.RouteAsync(Hello(), stop.Token);
        await arrived.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Stream_GivesPiecesThenTheReasonAndTheUsage()
    {
        JsonNode? sent = null;
        await using var provider = RawUpstream.Start(async request =>
        {
            sent = JsonNode.Parse(request.Body);
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n");
            await request.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n");
            await request.SendChunkAsync("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await DirectAsync(provider.Address);
        var text = new StringBuilder();
        RouteChunk? last = null;
        await foreach (var chunk in gateway.StreamAsync(Hello()))
        {
            text.Append(chunk.Content).Append(chunk.FinishReason is { } reason ? $"[{reason}]" : "");
            last = chunk;
        }

        Assert.Equal(("Hello[stop]", new RouteUsage(1, 2, 3), true), (text.ToString(), last!.Usage, (bool)sent!["stream"]!));
    }

    [Fact]
    public async Task Stream_LeftInTheMiddle_EndsAtTheProvider()
    {
        var left = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
            await request.WaitForCloseAsync();
            left.SetResult();
        });
        await using var gateway = await DirectAsync(provider.Address);
        await foreach (var _ in gateway.StreamAsync(Hello()))
            break;
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Stream_BreaksOff_IsUnavailable()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
            request.Close();
        });
        await using var gateway = await DirectAsync(provider.Address);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(async () =>
        {
            await foreach (var _ in gateway.StreamAsync(Hello()))
            {
                // Only its end matters.
            }
        });
    }

    [Fact]
    public async Task Stream_Refused_GivesTheStatus()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json("{\"error\":{}}", 401));
        await using var gateway = await DirectAsync(provider.Address);
        var exception = await Assert.ThrowsAsync<UpstreamStatusException>(async () =>
        {
            await foreach (var _ in gateway.StreamAsync(Hello()))
            {
                // There is nothing.
            }
        });
        Assert.Equal(401, exception.Status);
    }

    [Fact]
    public async Task Route_PlanoProxy_SendsTheKeyAndReadsTheAnswer()
    {
        var head = "";
        await using var plano = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(InProcessConfig.Json(InProcessConfig.Completion));
        });
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Plano(plano.Address, ", api_key: test-api-key"));
        var response = await gateway.RouteAsync(Hello());
        Assert.Equal(("gpt-4o", "Test response", "plano", 15L), (response.Model, response.Content, response.Provider, response.Usage!.TotalTokens));
        Assert.StartsWith("POST /v1/chat/completions ", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Authorization: Bearer test-api-key", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Route_PlanoProxy_NoModel_IsNone()
    {
        JsonNode? sent = null;
        await using var plano = RawUpstream.Start(request =>
        {
            sent = JsonNode.Parse(request.Body);
            return request.SendAsync(InProcessConfig.Json(InProcessConfig.Completion));
        });
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Plano(plano.Address));
        await gateway.RouteAsync(Hello(model: null));
        Assert.Equal(("none", 1), ((string?)sent!["model"], sent["messages"]!.AsArray().Count));
    }

    [Fact]
    public async Task Route_PlanoIsAway_DirectAnswersThroughTheFactorysFallback()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion.Replace("Test", "Fallback", StringComparison.Ordinal)));
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Plano(InProcessConfig.Nobody, ", retry_count: 0", ", fallback: true", provider.Address));
        var response = await gateway.RouteAsync(Hello());
        Assert.Equal(("Fallback response", "openai", "plano_proxy: plano: connection refused"), (response.Content, response.Provider, response.Metadata["fallback"]));
    }

    [Fact]
    public async Task Route_PlanoAndProviderAreAway_TellsBothReasons()
    {
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Plano(InProcessConfig.Nobody, ", retry_count: 0", ", fallback: true"));
        var exception = await Assert.ThrowsAsync<FallbackFailedException>(() => gateway.RouteAsync(Hello()));
        Assert.Equal("plano_proxy: plano: connection refused; direct: openai: connection refused", exception.Message);
    }

    [Fact]
    public async Task Switch_ChangesTheModeOfLaterCalls()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        await using var gateway = await InProcessConfig.StartAsync(InProcessConfig.Plano(InProcessConfig.Nobody, ", retry_count: 0", "", provider.Address));
        gateway.Switch(GatewayMode.Direct);
        Assert.Equal((GatewayMode.Direct, "openai"), (gateway.Mode, (await gateway.RouteAsync(Hello())).Provider));
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmless()
    {
        var gateway = await DirectAsync(InProcessConfig.Nobody);
        await gateway.DisposeAsync();
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task Route_FromManyThreads_AnswersEach()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        await using var gateway = await DirectAsync(provider.Address);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => gateway.RouteAsync(Hello()))));
        Assert.All(answers, answer => Assert.Equal("Test response", answer.Content));
    }
}
