using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Decisions.Sessions.Redis;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>What went wrong in other gateways' limits and budgets, one test each. The names say what must not happen here.</summary>
public sealed class KnownDefectTests
{
    private const string Tokens = "limits: [{ id: t, kind: tokens, amount: AMOUNT, window: day, cost: output }]";

    // LiteLLM 34732, 26672, 6288.
    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task CheckThenAdd_ParallelRequestsPassTogether(int requests)
    {
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "500", StringComparison.Ordinal), input: 1, output: 10);
        var statuses = await Task.WhenAll(Enumerable.Range(0, requests).Select(async _ => (await rig.AskAsync(null)).Status));
        Assert.Equal(50, statuses.Count(status => status == 200));
        Assert.All(statuses, status => Assert.True(status is 200 or 429, $"{status}"));
        Assert.Equal((500, 0), await rig.UseAsync("t", "all"));
    }

    // LiteLLM 27639.
    [Fact]
    public async Task Reservation_OfARequestThatFails_IsNeverReleased()
    {
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), answer: request => request.SendAsync(ProxyConfig.Error(500)));
        for (var i = 0; i < 30; i++)
            Assert.Equal(500, (await rig.AskAsync(null)).Status);
        Assert.Equal((0, 0), await rig.UseAsync("t", "all"));
    }

    // LiteLLM 27639.
    [Fact]
    public async Task Reservation_OfAClientThatLeaves_IsNeverReleased()
    {
        var gate = new TaskCompletionSource();
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), answer: async _ => await gate.Task);
        using (var leaves = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
        {
            using var body = new StringContent(GovernedGateway.Body("openai/gpt-4o"), Encoding.UTF8, "application/json");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Gateway.Client.PostAsync("/v1/chat/completions", body, leaves.Token));
        }

        await Eventually.TrueAsync(async () => await rig.UseAsync("t", "all") == (0, 0), "what was set aside is given back");
        gate.SetResult();
    }

    // LiteLLM 30460: the answer of an addition is lost, and it is made again.
    [SkippableFact]
    public async Task Settlement_SaidTwice_CountsTwice()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis);
        var claim = Stores.Claim(Stores.Limit(1000), 100);
        var held = (await store.ReserveAsync("lease", [claim], [], default)).Held;
        for (var i = 0; i < 3; i++)
            await store.SettleAsync("lease", held, [70]);
        Assert.Equal((70, 0), Stores.Of(await store.ReadAsync([claim], default)));
    }

    // LiteLLM 30460: the answer of a reservation is lost, and it is made again.
    [SkippableFact]
    public async Task Reservation_MadeTwice_HoldsTwice()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis);
        var claim = Stores.Claim(Stores.Limit(1000), 100);
        await store.ReserveAsync("lease", [claim], [], default);
        await store.ReserveAsync("lease", [claim], [], default);
        Assert.Equal((0, 100), Stores.Of(await store.ReadAsync([claim], default)));
    }

    // LiteLLM 27735.
    [Fact]
    public async Task Refusal_AndWhatAdminShows_Differ()
    {
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), output: 95);
        await rig.AskAsync(null);
        var refused = await rig.AskAsync(null);
        var (used, _) = await rig.UseAsync("t", "all");
        Assert.Contains($"leaves {(100 - used).ToString(CultureInfo.InvariantCulture)} tokens", refused.Text, StringComparison.Ordinal);
    }

    // LiteLLM 33325.
    [SkippableFact]
    public async Task Replica_DecidesByWhatItRemembers_BeforeItAsksTheSharedStore()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = Stores.Redis(redis);
        await using var second = Stores.Redis(redis);
        var claim = Stores.Claim(Stores.Limit(100), 60);
        Assert.Equal(-1, (await second.ReserveAsync("a", [Stores.Claim(claim.Limit, 1)], [], default)).Refused);
        Assert.Equal(-1, (await first.ReserveAsync("b", [claim], [], default)).Refused);
        Assert.Equal(0, (await second.ReserveAsync("c", [claim], [], default)).Refused);
    }

    // Bifrost 2873; wso2 3253, 2932.
    [Theory]
    [InlineData("/v1/embeddings", "openai/text-embedding-3-small")]
    [InlineData("/v1/completions", "openai/gpt-4o")]
    public async Task PassThrough_IsNotCounted(string path, string model)
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: t, kind: tokens, amount: 100, window: day }]", input: 60, output: 40);
        Assert.Equal(200, (await rig.AskAsync(null, model, path)).Status);
        Assert.Equal((100, 0), await rig.UseAsync("t", "all"));
        Assert.Equal(429, (await rig.AskAsync(null, model, path)).Status);
    }

    // wso2 3253: what has no tokens is charged one.
    [Theory]
    [InlineData("/v1/moderations", "openai/gpt-4o")]
    [InlineData("/v1/messages/count_tokens", "anthropic/claude-sonnet-4-20250514")]
    [InlineData("/routing/v1/chat/completions", "openai/gpt-4o")]
    public async Task EndpointWithoutTokens_IsChargedSome(string path, string model)
    {
        await using var rig = await GovernedGateway.StartAsync(
            "limits: [{ id: t, kind: tokens, amount: 1000, window: day }]", answer: request => request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n{\"input_tokens\": 3}"));
        Assert.Equal(200, (await rig.AskAsync(null, model, path)).Status);
        Assert.Equal((0, 0), await rig.UseAsync("t", "all"));
    }

    // wso2 2932: a limit of tokens counts requests.
    [Fact]
    public async Task LimitOfTokens_CountsRequests()
    {
        await using var rig = await GovernedGateway.StartAsync("limits: [{ id: t, kind: tokens, amount: 100000, window: day }]", input: 120, output: 30);
        await rig.AskAsync(null);
        Assert.Equal(150, (await rig.UseAsync("t", "all")).Used);
    }

    // Bifrost 5673: accepted, not enforced, no error.
    [Theory]
    [InlineData("limits: [{ id: t, kind: spends, amount: 1, window: day }]", "governance.limits[0].kind")]
    [InlineData("limits: [{ id: t, kind: spend, amount: 1, window: fortnight }]", "governance.limits[0].window")]
    [InlineData("limits: [{ id: t, kind: spend, budget: 1, amount: 1, window: day }]", "governance.limits[0].budget")]
    [InlineData("limits: [{ id: t, kind: spend, amount: 1 }]", "governance.limits[0].window")]
    [InlineData("limits: [{ id: t, kind: spend, window: day }]", "governance.limits[0].amount")]
    [InlineData("keys: [{ id: a, hash: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", limits: [nowhere] }]", "governance.keys")]
    [InlineData("limits: [{ id: t, kind: requests, amount: 1, window: day, on_exceeded: route_cheaper }]", "governance.limits[0].on_exceeded")]
    [InlineData("limits: [{ id: t, kind: tokens, amount: 1, window: day, cost: inputs }]", "governance.limits[0].cost")]
    [InlineData("store: redis", "governance.redis")]
    public void Setting_ThatIsNotEnforced_IsAccepted(string governance, string path) => Assert.Contains(
        Configuration.ConfigText.Errors(TestConfig.Empty.Model("openai/gpt-4o", key: null).Yaml($"governance:\n  {governance}")), error => error.Path == path);

    // Bifrost 4790: one client's batch starves all.
    [Fact]
    public async Task RequestsAtTheSameTime_HaveNoBound()
    {
        var gate = new TaskCompletionSource();
        await using var rig = await GovernedGateway.StartAsync(
            $"limits: [{{ id: p, kind: parallel, amount: 3, per: key }}]\n{GovernedGateway.Keys()}", answer: async request => { await gate.Task; await GovernedGateway.AnswerAsync(request, 1, 1); });
        var batch = Enumerable.Range(0, 20).Select(_ => rig.AskAsync(GovernedGateway.KeyA)).ToArray();
        await Eventually.TrueAsync(() => batch.Count(asked => asked.IsCompleted) == 17, "all but three are refused");
        Assert.All(batch.Where(asked => asked.IsCompleted), asked => Assert.Equal((429, "1"), (asked.Result.Status, asked.Result.Headers["retry-after"])));
        var other = rig.AskAsync(GovernedGateway.KeyB);
        await Eventually.TrueAsync(() => rig.Seen.Count == 4, "another key's request is at the provider");
        gate.SetResult();
        Assert.Equal(200, (await other).Status);
        Assert.Equal(3, (await Task.WhenAll(batch)).Count(answer => answer.Status == 200));
        Assert.Equal(200, (await rig.AskAsync(GovernedGateway.KeyA)).Status);
    }

    // Envoy AI Gateway 2394: charged afterwards by surprise. A limit is hard unless it says that it is not.
    [Fact]
    public async Task Limit_IsSoftUnlessItSaysOtherwise()
    {
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "5", StringComparison.Ordinal));
        Assert.Equal(429, (await rig.AskAsync(null)).Status);
        Assert.Empty(rig.Seen);
    }

    // Bifrost PR 6002: what was used before a window began counts in it again.
    [SkippableFact]
    public async Task NewWindow_BringsOldUseBack()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis);
        var claim = Stores.Claim(Stores.Limit(100, "second"), 90);
        Assert.Equal(-1, (await store.ReserveAsync("0", [claim], [], default)).Refused);
        await Eventually.TrueAsync(async () => (await store.ReserveAsync($"{Guid.NewGuid()}", [claim], [], default)).Refused == -1, "the next window is empty");
    }

    // Azure/kars 12: a stream that breaks off is never counted.
    [Fact]
    public async Task StreamThatBreaksOff_IsFree()
    {
        const string Begin = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        const string Event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n";
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), answer: async request =>
        {
            await request.SendAsync($"{Begin}{Event.Length:x}\r\n{Event}\r\n");
            request.Close();
        });
        await rig.AskAsync(null, body: """{"model":"openai/gpt-4o","stream":true,"max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""");
        await Eventually.TrueAsync(async () => await rig.UseAsync("t", "all") is { Used: > 0, Reserved: 0 }, "what was set aside is charged");
    }

    // The report at the beginning of Anthropic's streams says that one token has been written.
    [Fact]
    public async Task MessagesStreamThatBreaksOff_CostsOneToken()
    {
        const string Begin = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        const string Events = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n"
            + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hello\"}}\n\n";
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), answer: async request =>
        {
            await request.SendAsync($"{Begin}{Events.Length:x}\r\n{Events}\r\n");
            request.Close();
        });
        await rig.AskAsync(null, path: "/v1/messages", body: """{"model":"anthropic/claude-sonnet-4-20250514","stream":true,"max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""");
        await Eventually.TrueAsync(async () => await rig.UseAsync("t", "all") is { Used: 10, Reserved: 0 }, "what was set aside is charged");
    }

    [Fact]
    public async Task MessagesStreamWhoseClientLeaves_CostsOneToken()
    {
        const string Begin = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        const string Event = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n"
            + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
        var gate = new TaskCompletionSource();
        await using var rig = await GovernedGateway.StartAsync(Tokens.Replace("AMOUNT", "100", StringComparison.Ordinal), answer: async request =>
        {
            await request.SendAsync($"{Begin}{Event.Length:x}\r\n{Event}\r\n");
            await gate.Task;
        });
        using var asking = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/messages", UriKind.Relative))
        {
            Content = new StringContent("""{"model":"anthropic/claude-sonnet-4-20250514","stream":true,"max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        };
        using (var response = await rig.Gateway.Client.SendAsync(asking, HttpCompletionOption.ResponseHeadersRead))
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            Assert.True(await stream.ReadAsync(new byte[16]) > 0);
        }

        await Eventually.TrueAsync(async () => await rig.UseAsync("t", "all") is { Used: 10, Reserved: 0 }, "what was set aside is charged");
        gate.SetResult();
    }

    // What is wrong elsewhere in the configuration must not keep a revoked key open, let alone say that it is not.
    [Fact]
    public async Task Key_IsRevokedOnlyWhereTheRestOfTheConfigurationIsRight()
    {
        await using var rig = await GovernedGateway.StartAsync("keys_file: keys.yaml");
        using var asked = new StringContent("""{"id":"made"}""", Encoding.UTF8, "application/json");
        using var response = await rig.Gateway.Client.PostAsync("/admin/keys", asked);
        var secret = (await Answer.ReadAsync(response)).Json.GetProperty("secret").GetString()!;
        Assert.Equal(200, (await rig.AskAsync(secret)).Status);

        await File.AppendAllTextAsync(rig.Gateway.ConfigPath, "\nmodle_providers: []\n");
        using var disable = new StringContent("""{"disabled":true}""", Encoding.UTF8, "application/json");
        using var disabled = await rig.Gateway.Client.PutAsync("/admin/keys/made", disable);
        Assert.Equal(200, (int)disabled.StatusCode);
        Assert.Equal(401, (await rig.AskAsync(secret)).Status);
        Assert.NotNull(rig.Gateway.Services.GetRequiredService<ConfigReloader>().Refused);
    }

    // agentgateway 2171, praxis-proxy/ai 894: keys cannot be made while the gateway runs.
    [Fact]
    public async Task Key_NeedsARestart()
    {
        await using var rig = await GovernedGateway.StartAsync("keys_file: keys.yaml");
        using var body = new StringContent("""{"id":"made","tags":{"team":"x"}}""", Encoding.UTF8, "application/json");
        using var response = await rig.Gateway.Client.PostAsync("/admin/keys", body);
        var made = await Answer.ReadAsync(response);
        Assert.Equal(201, made.Status);
        var secret = made.Json.GetProperty("secret").GetString()!;
        await Eventually.TrueAsync(async () => (await rig.AskAsync(secret)).Status == 200, "the key opens");
        using var deleted = await rig.Gateway.Client.DeleteAsync("/admin/keys/made");
        Assert.Equal(204, (int)deleted.StatusCode);
        await Eventually.TrueAsync(async () => (await rig.AskAsync(secret)).Status == 401, "the key opens nothing any more");
    }
}
