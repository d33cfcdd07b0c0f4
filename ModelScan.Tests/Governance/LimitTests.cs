using System.Globalization;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>Limits and budgets as clients meet them.</summary>
public sealed class LimitTests
{
    // USD per million tokens: gpt-4o 2.5 and 10, gpt-4o-mini 0.15 and 0.6.
    private const string Budget = "limits: [{ id: budget, kind: spend, amount: AMOUNT, window: day, per: all MORE }]";

    [Fact]
    public async Task Requests_BeyondTheLimit_AreRefused_AndTheHeadersSayWhatIsLeft()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: r, kind: requests, amount: 2, window: hour }]");
        var first = await rig.AskAsync(null);
        Assert.Equal((200, "2", "1"), (first.Status, first.Headers["x-ratelimit-limit-requests"], first.Headers["x-ratelimit-remaining-requests"]));
        Assert.Matches("^([0-9]+m)?[0-9]+m?s$", first.Headers["x-ratelimit-reset-requests"]);
        Assert.Equal("0", (await rig.AskAsync(null)).Headers["x-ratelimit-remaining-requests"]);
        var refused = await rig.AskAsync(null);
        Assert.Equal((429, "rate_limit_exceeded", "rate_limit_error"), (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString(), refused.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.InRange(int.Parse(refused.Headers["retry-after"], CultureInfo.InvariantCulture), 1, 3600);
        Assert.Equal(2, rig.Seen.Count);
    }

    [Fact]
    public async Task Use_OfKeysAndLimits_IsAMetric()
    {
        await using var rig = await GovernedGateway.StartAsync($"{GovernedGateway.Keys()}\nlimits: [{{ id: t, kind: tokens, amount: 10000, window: hour, per: key }}]");
        foreach (var key in new[] { GovernedGateway.KeyA, GovernedGateway.KeyB, GovernedGateway.KeyA })
            Assert.Equal(200, (await rig.AskAsync(key)).Status);
        await Eventually.TrueAsync(async () =>
        {
            var metrics = await rig.Gateway.Client.GetStringAsync("/metrics");
            return metrics.Contains("modelscan_key_requests_total{key=\"a\"} 2", StringComparison.Ordinal) && metrics.Contains("modelscan_limit_used_total{limit=\"t\",kind=\"tokens\"} 450", StringComparison.Ordinal);
        }, "the metrics say so");
    }

    [Fact]
    public async Task Refusal_ForAMessagesClient_IsInItsDialect()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: r, kind: requests, amount: 1, window: month }]");
        const string Model = "anthropic/claude-sonnet-4-20250514";
        var first = await rig.AskAsync(null, Model, "/v1/messages");
        Assert.Equal(("1", "0"), (first.Headers["anthropic-ratelimit-requests-limit"], first.Headers["anthropic-ratelimit-requests-remaining"]));
        Assert.True(DateTimeOffset.TryParse(first.Headers["anthropic-ratelimit-requests-reset"], CultureInfo.InvariantCulture, out _));
        var refused = await rig.AskAsync(null, Model, "/v1/messages");
        Assert.Equal((429, "error", "rate_limit_error"), (refused.Status, refused.Json.GetProperty("type").GetString(), refused.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal("false", refused.Headers["x-should-retry"]);
    }

    [Fact]
    public async Task Tokens_AreSetAside_AndThenCountedAsTheProviderSays()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: t, kind: tokens, amount: 1000, window: hour, cost: input + 5*output }]", input: 100, output: 50);
        var answer = await rig.AskAsync(null);
        Assert.Equal("1000", answer.Headers["x-ratelimit-limit-tokens"]);
        Assert.Equal((350, 0), await rig.UseAsync("t", "all"));
        Assert.Equal(200, (await rig.AskAsync(null)).Status);
        Assert.Equal((700, 0), await rig.UseAsync("t", "all"));
        Assert.Equal(429, (await rig.AskAsync(null, body: GovernedGateway.Body("openai/gpt-4o", most: 100))).Status);
    }

    [Fact]
    public async Task Budget_CountsWhatAnswersCost_AndSaysSo()
    {
        await using var rig = await GovernedGateway.StartAsync(Budget.Replace("AMOUNT", "1", StringComparison.Ordinal).Replace("MORE", "", StringComparison.Ordinal), input: 100_000, output: 10_000);
        var answer = await rig.AskAsync(null);
        Assert.StartsWith("budget;used=0;reserved=0.00", answer.Headers["x-modelscan-budget"], StringComparison.Ordinal);
        Assert.Equal(0.35, (await rig.UseAsync("budget", "all")).Used, 6);
    }

    [Theory]
    [InlineData("", 429)]
    [InlineData("budget_status: 402\n", 402)]
    public async Task Budget_UsedUp_IsRefusedWithItsCode(string status, int expected)
    {
        await using var rig = await GovernedGateway.StartAsync(status + Budget.Replace("AMOUNT", "0.00001", StringComparison.Ordinal).Replace("MORE", "", StringComparison.Ordinal));
        var refused = await rig.AskAsync(null);
        Assert.Equal((expected, "budget_exceeded"), (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task RouteCheaper_LeavesOutWhatDoesNotFit_BeforeTheOthersAreRanked_AndSaysSo()
    {
        const string Routes = """routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [openai/gpt-4o, openai/gpt-4o-mini] }]""";
        await using var rig = await GovernedGateway.StartAsync(
            Budget.Replace("AMOUNT", "0.002", StringComparison.Ordinal).Replace("MORE", ", on_exceeded: route_cheaper", StringComparison.Ordinal), "mode: policy", Routes);
        const string Code = """{"max_tokens":1000,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";
        var answer = await rig.AskAsync(null, body: Code);
        Assert.Equal((200, "openai/gpt-4o-mini"), (answer.Status, answer.Headers["x-modelscan-model"]));
        var explained = await rig.AskAsync(null, path: "/routing/v1/chat/completions?explain=1", body: Code);
        Assert.Contains("left out: budget budget: 0.01", explained.Text, StringComparison.Ordinal);

        // Where nothing fits, the request is refused.
        var refused = await rig.AskAsync(null, body: Code.Replace("1000", "100000", StringComparison.Ordinal));
        Assert.Equal((429, "budget_exceeded"), (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Fallback_AsksOtherModels()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: m, kind: requests, amount: 1, window: hour, per: model, models: [openai/gpt-4o], on_exceeded: { fallback: [own/free] } }]");
        Assert.Equal("openai/gpt-4o", (await rig.AskAsync(null)).Headers["x-modelscan-model"]);
        var second = await rig.AskAsync(null);
        Assert.Equal((200, "own/free"), (second.Status, second.Headers["x-modelscan-model"]));
        Assert.Contains("openai/gpt-4o", second.Headers["x-modelscan-passed-over"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shadow_RefusesNothing_AndTells()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: s, kind: requests, amount: 1, window: hour, mode: shadow }]");
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await rig.AskAsync(null)).Status);
        Assert.Equal(2, rig.Governor.Refusals.Last.Count(refusal => refusal is { IsShadow: true, Limit: "s" }));
        Assert.Equal(3, (await rig.UseAsync("s", "all")).Used);
    }

    [Fact]
    public async Task Soft_LetsTheRequestThatCrossesIt_AndRefusesTheNext()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: s, kind: tokens, amount: 120, window: hour, mode: soft }]", input: 100, output: 50);
        Assert.Equal(200, (await rig.AskAsync(null)).Status);
        Assert.Equal(429, (await rig.AskAsync(null)).Status);
        Assert.Equal((150, 0), await rig.UseAsync("s", "all"));
    }

    [Fact]
    public async Task UnknownPrice_UnderABudget_IsRefused_UnlessAllowed()
    {
        var budget = Budget.Replace("AMOUNT", "1", StringComparison.Ordinal).Replace("MORE", "", StringComparison.Ordinal);
        await using var closed = await GovernedGateway.StartAsync(budget);
        var refused = await closed.AskAsync(null, "own/free");
        Assert.Equal((403, "price_unknown"), (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString()));
        await using var open = await GovernedGateway.StartAsync($"unknown_price: allow\n{budget}");
        Assert.Equal(200, (await open.AskAsync(null, "own/free")).Status);
    }

    [Fact]
    public async Task Numbers_OfOthers_AreNotTold()
    {
        await using var rig = await GovernedGateway.StartAsync($"limits: [{{ id: all, kind: requests, amount: 1, window: hour }}, {{ id: own, kind: tokens, amount: 100000, window: hour, per: key }}]\n{GovernedGateway.Keys()}");
        var first = await rig.AskAsync(GovernedGateway.KeyA);
        Assert.False(first.Headers.ContainsKey("x-ratelimit-limit-requests"));
        Assert.True(first.Headers.ContainsKey("x-ratelimit-limit-tokens"));
        var refused = await rig.AskAsync(GovernedGateway.KeyB);
        Assert.Equal(429, refused.Status);
        Assert.DoesNotContain("requests, and", refused.Text, StringComparison.Ordinal);
        Assert.Contains("is used up", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_OfAKey_IsForThatKeyAlone()
    {
        await using var rig = await GovernedGateway.StartAsync($"limits: [{{ id: few, kind: requests, amount: 1, window: hour, per: key }}]\n{GovernedGateway.Keys("limits: [few]")}");
        Assert.Equal((200, 429), ((await rig.AskAsync(GovernedGateway.KeyA)).Status, (await rig.AskAsync(GovernedGateway.KeyA)).Status));
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await rig.AskAsync(GovernedGateway.KeyB)).Status);
    }

    [Fact]
    public async Task Subject_OfAHeaderOrTag_IsCountedByItself_AndWithoutOneTogether()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: h, kind: requests, amount: 1, window: hour, per: header:x-user }]");
        Assert.Equal(200, (await rig.AskAsync(null, headers: ("x-user", "a"))).Status);
        Assert.Equal(429, (await rig.AskAsync(null, headers: ("x-user", "a"))).Status);
        Assert.Equal(200, (await rig.AskAsync(null, headers: ("x-user", "b"))).Status);
        Assert.Equal((200, 429), ((await rig.AskAsync(null)).Status, (await rig.AskAsync(null)).Status));
        Assert.Equal((200, 429), ((await rig.AskAsync(null, headers: ("x-user", new string('x', 5000)))).Status, (await rig.AskAsync(null, headers: ("x-user", new string('x', 5000)))).Status));

        await using var tagged = await GovernedGateway.StartAsync($"limits: [{{ id: t, kind: requests, amount: 1, window: hour, per: tag.team }}]\n{GovernedGateway.Keys("tags: { team: x }", "tags: { team: x }")}");
        Assert.Equal((200, 429), ((await tagged.AskAsync(GovernedGateway.KeyA)).Status, (await tagged.AskAsync(GovernedGateway.KeyB)).Status));
    }

    [Fact]
    public async Task UpstreamsOwnHeaders_StandBesideTheGateways()
    {
        await using var rig = await GovernedGateway.StartAsync(
            "limits: [{ id: r, kind: requests, amount: 7, window: hour }]",
            answer: request => request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-ratelimit-limit-requests: 9999\r\ncontent-length: 2\r\n\r\n{}"));
        var answer = await rig.AskAsync(null);
        Assert.Equal(("7", "9999"), (answer.Headers["x-ratelimit-limit-requests"], answer.Headers["x-upstream-ratelimit-limit-requests"]));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "openai/gpt-4o")]
    [InlineData("/v1/messages", "anthropic/claude-sonnet-4-20250514")]
    [InlineData("/v1/embeddings", "openai/text-embedding-3-small")]
    [InlineData("/v1/completions", "openai/gpt-4o")]
    [InlineData("/v1/moderations", "openai/gpt-4o")]
    [InlineData("/v1/messages/count_tokens", "anthropic/claude-sonnet-4-20250514")]
    [InlineData("/routing/v1/chat/completions", "openai/gpt-4o")]
    public async Task EveryEndpoint_PassThroughToo_IsLimited(string path, string model)
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: r, kind: requests, amount: 1, window: hour }]");
        Assert.Equal(200, (await rig.AskAsync(null, model, path)).Status);
        Assert.Equal(429, (await rig.AskAsync(null, model, path)).Status);
    }
}
