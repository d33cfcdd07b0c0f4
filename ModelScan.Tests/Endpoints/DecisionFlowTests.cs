using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>The whole way of a decision: prices and latencies from the mock, sessions, explanations.</summary>
public sealed class DecisionFlowTests
{
    private const string Coding = "Write a Python function that implements binary search";
    private const string Reasoning = "Give a detailed multi-step analysis of complex reasoning tasks";

    private static TestConfig Config(RunningMock mock) => TestConfig.Empty
        .Default("openai/gpt-4o-mini", key: null)
        .Model("openai/gpt-4o", key: null)
        .Model("anthropic/claude-sonnet-4-20250514", key: null)
        .Alias("fast", "openai/gpt-4o-mini")
        .Route("complex_reasoning", "complex reasoning tasks, multi-step analysis, or detailed explanations", ["openai/gpt-4o", "openai/gpt-4o-mini"], "selection_policy: { prefer: cheapest }")
        .Route("code_generation", "generating new code, writing functions, or creating boilerplate", ["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"], "selection_policy: { prefer: fastest }")
        .Yaml($$"""
            model_metrics_sources:
              - { type: cost, provider: digitalocean, url: "{{mock.Address}}v2/gen-ai/models/catalog", refresh_interval: 1 }
              - { type: latency, provider: prometheus, url: "{{mock.Address}}", query: model_latency_p95_seconds, refresh_interval: 1 }
            """);

    [Fact]
    public async Task Ranking_FollowsPricesAndLatencies()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await FetchedAsync(gateway);
        Assert.Equal(["openai/gpt-4o-mini", "openai/gpt-4o"], (await gateway.DecideAsync(Reasoning)).Models);
        Assert.Equal(["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"], (await gateway.DecideAsync(Coding)).Models);
    }

    [Fact]
    public async Task FastestModelBecomesSlow_AfterARefresh_TheOrderChanges()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await FetchedAsync(gateway);
        using (var changed = await mock.Client.PutAsJsonAsync("/models/anthropic/claude-sonnet-4-20250514", new { latency_seconds = 9.5 }))
            Assert.True(changed.IsSuccessStatusCode);
        await gateway.Services.GetRequiredService<ModelMetricsRefresher>()
            .WaitUntilAsync(now => now.TryGetLatency("anthropic/claude-sonnet-4-20250514", out var seconds) && seconds > 9, Deadline())
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["openai/gpt-4o", "anthropic/claude-sonnet-4-20250514"], (await gateway.DecideAsync(Coding)).Models);
    }

    [Fact]
    public async Task AffinityHeader_PinsTheFirstDecision()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await FetchedAsync(gateway);
        var first = await gateway.DecideAsync(Coding, ("x-model-affinity", "s1"));
        var second = await gateway.DecideAsync(Reasoning, ("x-model-affinity", "s1"));
        Assert.Equal("s1", first.Json.GetProperty("session_id").GetString());
        Assert.False(first.Json.GetProperty("pinned").GetBoolean());
        Assert.True(second.Json.GetProperty("pinned").GetBoolean());
        Assert.Equal(("code_generation", first.Models[0]), (second.Route, second.Models[0]));
        Assert.Equal("session", second.Headers["x-modelscan-decided-by"]);
    }

    [Fact]
    public async Task BudgetRefusesTheSwitch_AnchorMovesToTheFront()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await FetchedAsync(gateway);
        (string, string)[] session = [("x-model-affinity", "b24"), ("x-plano-max-switch-spend-pct", "0")];
        Assert.Equal("openai/gpt-4o-mini", (await gateway.DecideAsync(Reasoning, session)).Models[0]);
        var second = await gateway.DecideAsync(Coding, session);
        Assert.Equal(["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"], second.Models);
        Assert.Equal(("complex_reasoning", false), (second.Route, second.Json.GetProperty("switched").GetBoolean()));
    }

    [Fact]
    public async Task Explain_Query_TellsScoresRankingAndSession()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await FetchedAsync(gateway);
        var answer = await gateway.PostAsync("/routing/v1/chat/completions?explain=true", GatewayUnderTest.Chat(Coding), ("x-model-affinity", "e1"));
        var explanation = answer.Json.GetProperty("explanation");
        var classification = explanation.GetProperty("classification");
        Assert.Equal("embedded", explanation.GetProperty("decided_by").GetString());
        Assert.Equal(["complex_reasoning", "code_generation"], classification.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("route").GetString()));
        Assert.True(classification.GetProperty("probability").GetDouble() >= classification.GetProperty("threshold").GetDouble());
        var first = explanation.GetProperty("ranking")[0];
        Assert.Equal((0.85, 3.0), (first.GetProperty("latency_seconds").GetDouble(), first.GetProperty("input_usd_per_million").GetDouble()));
        Assert.Contains("fastest", first.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("cold", explanation.GetProperty("session").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Explain_LongPrompt_SaysWhatDoesNotCount() => await WithGatewayAsync(async gateway =>
    {
        var answer = await gateway.DecideAsync(string.Concat(Enumerable.Repeat("write a function that sorts numbers ", 50)), ("x-modelscan-explain", "1"));
        Assert.Contains(
            answer.Json.GetProperty("explanation").GetProperty("notes").EnumerateArray(),
            note => note.GetString()!.Contains("first 64 word pieces", StringComparison.Ordinal));
    });

    [Fact]
    public async Task Explain_Header_WorksToo() => await WithGatewayAsync(async gateway =>
        Assert.True((await gateway.DecideAsync(Coding, ("x-modelscan-explain", "1"))).Json.TryGetProperty("explanation", out _)));

    [Fact]
    public async Task NotExplained_AnswerIsExactlyPlanos() => await WithGatewayAsync(async gateway => Assert.Equal(
        ["models", "route", "trace_id", "session_id", "pinned", "switched"],
        (await gateway.DecideAsync(Coding, ("x-model-affinity", "p"))).Json.EnumerateObject().Select(property => property.Name)));

    [Fact]
    public async Task G4_InternalModel_IsNotListed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty.Model("openai/gpt-4o", key: null).Model("openai/router", key: null, more: "internal: true"));
        using var response = await gateway.Client.GetAsync("/v1/models");
        var answer = await Answer.ReadAsync(response);
        Assert.Equal("openai/gpt-4o", Assert.Single(Listed(answer)).Id);
    }

    [Fact]
    public async Task G5_Wildcard_ListsWhatRoutesAndPriceListsKnowFirst()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Model("openai/*", key: null)
            .Yaml($"model_metrics_sources: [{{ type: cost, provider: digitalocean, url: \"{mock.Address}v2/gen-ai/models/catalog\" }}]"));
        await FetchedAsync(gateway);
        using var response = await gateway.Client.GetAsync("/v1/models");
        var answer = await Answer.ReadAsync(response);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini"], answer.Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).Take(2));
    }

    [Theory]
    [InlineData("G9", "/v1/messages", false)]
    [InlineData("G10", "/v1/messages", true)]
    [InlineData("G10", "/v1/chat/completions", true)]
    public async Task Alias_OfEitherClient_IsAnsweredByItsTarget(string row, string path, bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock), $"--MockProviders={mock.Address}");
        var answer = await gateway.PostAsync(path, $$"""{"model":"fast","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hello"}]}""");
        Assert.True(answer.Status == 200, row);
        Assert.Equal("openai/gpt-4o-mini", answer.Headers["x-modelscan-model"]);
        Assert.Contains("hello", answer.Text.Replace("\"}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task G18_ModelsEndpoint_ListsConfiguredModels() => await WithGatewayAsync(async gateway =>
    {
        using var response = await gateway.Client.GetAsync("/v1/models");
        var answer = await Answer.ReadAsync(response);
        Assert.Equal("list", answer.Json.GetProperty("object").GetString());
        Assert.Equal(
            [("openai/gpt-4o-mini", "OpenAI"), ("openai/gpt-4o", "OpenAI"), ("anthropic/claude-sonnet-4-20250514", "Anthropic")],
            Listed(answer));
    });

    // Without the names by which clients leave the choice to the gateway.
    private static IEnumerable<(string Id, string Owner)> Listed(Answer answer) => answer.Json.GetProperty("data").EnumerateArray()
        .Select(model => (model.GetProperty("id").GetString()!, model.GetProperty("owned_by").GetString()!)).Where(model => model.Item2 != "modelscan");

    [Fact]
    public async Task G19_ModelsPreflight_Is204WithCorsHeaders() => await WithGatewayAsync(async gateway =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/models");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal((204, "*"), ((int)response.StatusCode, Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin"))));
    });

    [Fact]
    public async Task G21_Health_Is200AndEmpty() => await WithGatewayAsync(async gateway => Assert.Empty(await gateway.Client.GetStringAsync("/healthz")));

    [Fact]
    public async Task SourcesThatCannotBeReached_DelayNothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Model("openai/gpt-4o", key: null)
            .Model("openai/gpt-4o-mini", key: null)
            .Route("code", "writing functions", ["openai/gpt-4o", "openai/gpt-4o-mini"], "selection_policy: { prefer: fastest }")
            .Yaml("""model_metrics_sources: [{ type: latency, provider: prometheus, url: "http://127.0.0.1:9", query: q }]"""));
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini"], (await gateway.DecideAsync("writing functions")).Models);
    }

    private static async Task WithGatewayAsync(Func<GatewayUnderTest, Task> test)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock));
        await test(gateway);
    }

    private static Task<ModelMetricsSnapshot> FetchedAsync(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<ModelMetricsRefresher>()
        .WaitUntilAsync(now => now.Sources.All(source => source.Models > 0), Deadline());

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;
}
