using System.Diagnostics.Metrics;
using static ModelScan.Tests.Decisions.RouterModels.RouterModelServer;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>What is made of the endpoint's answers, and of their absence.</summary>
public sealed class RouterModelClassifierTests
{
    private const string CodePrompt = "Write a Python function that implements binary search";

    [Fact]
    public async Task Classify_RouteNamed_IsChosen()
    {
        await using var server = await StartAsync();
        server.Answer = Completion("""{"route": ["Image generation"]}""");

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.Equal("Image generation", decision.Route);
        Assert.Equal("endpoint", decision.Classifier);
        Assert.Empty(decision.Notes);
    }

    [Fact]
    public async Task Classify_D2_SeveralRoutesNamed_TakesTheFirstAndSaysSo()
    {
        await using var server = await StartAsync();
        server.Answer = Completion("""{"route": ["user's docs", "Image generation"]}""");

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.Equal("user's docs", decision.Route);
        Assert.Contains("named 2 routes", Assert.Single(decision.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_D9_UnknownRoute_IsNoMatchWithANote()
    {
        await using var server = await StartAsync();
        server.Answer = Completion($$"""{"route": ["Unknown {{new string('x', 500)}}"]}""");

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.Null(decision.Route);
        Assert.Equal("endpoint", decision.Classifier);
        Assert.InRange(Assert.Single(decision.Notes).Length, 1, 120);
    }

    [Theory]
    [InlineData("D15 no choices", """{"choices": []}""")]
    [InlineData("choices missing", "{}")]
    [InlineData("null content", """{"choices": [{"message": {"content": null}}]}""")]
    [InlineData("D6 empty content", """{"choices": [{"message": {"content": ""}}]}""")]
    public async Task Classify_CompletionWithoutContent_IsNoMatch(string id, string body)
    {
        await using var server = await StartAsync();
        server.Answer = Raw(200, body);

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.True(decision is { Route: null, Classifier: "endpoint" }, id);
    }

    [Theory]
    [InlineData("D7", 200, """{"choices": [{"message": {"content": "{\"route\": [\"route1\""}}]}""", "the answer is not a JSON object that names routes")]
    [InlineData("2xx that is not JSON", 200, "<html>", "the response is not a chat completion")]
    [InlineData("2xx of another shape", 200, "[1]", "the response is not a chat completion")]
    [InlineData("content of another type", 200, """{"choices": [{"message": {"content": 1}}]}""", "the response is not a chat completion")]
    [InlineData("D17", 400, """{"error": {"message": "too long", "param": "input_tokens", "type": "BadRequestError"}}""", "HTTP 400: too long (param=input_tokens) [type=BadRequestError]")]
    [InlineData("D19", 502, "<html>Bad Gateway</html>", "HTTP 502: <html>Bad Gateway</html>")]
    [InlineData("empty error", 503, "", "HTTP 503")]
    [InlineData("redirect", 307, "", "HTTP 307")]
    public async Task Classify_NoUsableAnswer_LetsTheFallbackDecide(string id, int status, string body, string reason)
    {
        await using var server = await StartAsync();
        server.Answer = Raw(status, body);

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.True(decision is { Route: "code_generation", Classifier: "embedded" }, id);
        Assert.Equal($"router model failed, embedded decided: {reason}", decision.Notes[0]);
    }

    [Fact]
    public async Task Classify_D20_LongErrorPage_IsCutAt512Bytes()
    {
        await using var server = await StartAsync();
        server.Answer = Raw(500, new string('z', 1536));

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default);

        Assert.Equal(512, decision.Notes[0].Count(c => c == 'z'));
    }

    [Fact]
    public async Task Classify_ErrorThatRepeatsTheKey_HidesIt()
    {
        await using var server = await StartAsync();
        server.Answer = Raw(401, """{"error": {"message": "bad key sk-test-1"}}""");

        var decision = await server.Classifier(options => options with { ApiKey = "sk-test-1" }).ClassifyAsync(Ask(CodePrompt), default);

        Assert.EndsWith("bad key ***", decision.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_EndlessAnswer_IsReadToALimitOnly()
    {
        await using var server = await StartAsync();
        server.Answer = async context =>
        {
            var chunk = new byte[1 << 16];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };

        var decision = await server.Classifier().ClassifyAsync(Ask(CodePrompt), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("embedded", decision.Classifier);
    }

    [Fact]
    public async Task Classify_NoAnswerInTime_LetsTheFallbackDecide()
    {
        await using var server = await StartAsync();
        server.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);

        var pending = server.Classifier().ClassifyAsync(Ask(CodePrompt), default).AsTask();
        Assert.True(await server.Received.WaitAsync(TimeSpan.FromSeconds(30)), "the request did not arrive");
        server.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(pending.IsCompleted);
        server.Clock.Advance(TimeSpan.FromSeconds(0.1));
        var decision = await pending.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("code_generation", decision.Route);
        Assert.Equal("router model failed, embedded decided: no answer within 2 s", decision.Notes[0]);
    }

    [Fact]
    public async Task Classify_NobodyListens_LetsTheFallbackDecideAndKeepsTheAddressOut()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier(options => options with { Endpoint = new Uri("http://127.0.0.1:1/") });

        var decision = await classifier.ClassifyAsync(Ask(CodePrompt), default);

        Assert.Equal("code_generation", decision.Route);
        Assert.Equal("router model failed, embedded decided: the endpoint cannot be reached (ConnectionError)", decision.Notes[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Classify_CallerGivesUp_IsCanceledWithoutFallback(bool cache)
    {
        await using var server = await StartAsync();
        server.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        using var caller = new CancellationTokenSource();

        var pending = server.Classifier(options => options with { CacheDecisions = cache }).ClassifyAsync(Ask(CodePrompt), caller.Token).AsTask();
        Assert.True(await server.Received.WaitAsync(TimeSpan.FromSeconds(30)), "the request did not arrive");
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(server.Logs);

        // With the cache on the call is shared and goes on without its caller, until its own time-out.
        server.Clock.Advance(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Classify_Decisions_AreCountedByOutcome()
    {
        await using var server = await StartAsync();
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        var classifier = server.Classifier();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "modelscan.router_model.decisions" && instrument.Meter.Scope == server.Meters)
                l.EnableMeasurementEvents(instrument);
        };
        listener.Start();

        server.Answer = Completion("""{"route": "Image generation"}""");
        await classifier.ClassifyAsync(Ask("one"), default);
        await classifier.ClassifyAsync(Ask("one"), default);
        server.Answer = Completion("""{"route": "other"}""");
        await classifier.ClassifyAsync(Ask("two"), default);
        server.Answer = Raw(503, "");
        await classifier.ClassifyAsync(Ask("three"), default);

        Assert.Equal(["outcome=route cached=False", "outcome=route cached=True", "outcome=none cached=False", "outcome=failed error.type=503"], counted);
    }
}
