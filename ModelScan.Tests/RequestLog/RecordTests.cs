using System.Net;
using System.Text.Json;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>Every request is on record, with what was decided, who was asked, and what it cost.</summary>
public sealed class RecordTests
{
    private const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":100000,"total_tokens":1100000,"prompt_tokens_details":{"cached_tokens":400000}}}""";
    private const string Prices = """{"openai/gpt-4o":{"input_per_million":2.5,"output_per_million":10},"openai/gpt-4o-mini":{"input_per_million":0.25,"output_per_million":1}}""";

    [Fact]
    public async Task Request_Answered_IsOnRecordWithDecisionAttemptsAndCost()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(provider, prices);
        await Eventually.TrueAsync(async () => (await gateway.Gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("modelscan_model_metrics_age_seconds{", StringComparison.Ordinal), "prices");
        var answer = await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("write a function that sorts a list", "openai/gpt-4o-mini"), ("User-Agent", "claude-cli/2.1 (external)"), ("Authorization", "Bearer secret-of-the-client"), ("x-modelscan-tags", "team=search, env=prod, broken"), ("x-model-affinity", "s1"));
        Assert.Equal(200, answer.Status);

        var record = await gateway.OnlyAsync();
        Assert.Equal(answer.Headers["x-modelscan-request-id"], Text(record, "id"));
        Assert.Equal(answer.Headers["x-modelscan-trace-id"], Text(record, "trace_id"));
        Assert.Equal(("completed", 200), (Text(record, "state"), record.GetProperty("status").GetInt32()));
        Assert.Equal(("chat", "chat", "claude-cli"), (Text(record, "operation_name"), Text(record, "format"), Text(record, "user_agent")));
        Assert.Equal(("openai/gpt-4o-mini", "openai/gpt-4o", "gpt-4o-2024-08-06", "openai"), (Text(record, "request_model"), Text(record, "model"), Text(record, "response_model"), Text(record, "provider_name")));
        Assert.Equal(("policy", "code", "embedded", "only model of the route"), (Text(record, "mode"), Text(record, "route"), Text(record, "decided_by"), Text(record, "why")));
        Assert.InRange(record.GetProperty("confidence").GetDouble(), 0.01, 1);
        Assert.Equal(("s1", 1, "cold"), (Text(record, "conversation_id"), record.GetProperty("turn").GetInt32(), Text(record, "session_reason")));
        Assert.Equal(["team=search", "env=prod"], record.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.StartsWith("key-", Text(record, "key"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-client", record.GetRawText(), StringComparison.Ordinal);

        var candidate = Assert.Single(record.GetProperty("candidates").EnumerateArray());
        Assert.Equal(("openai/gpt-4o", "chosen", 2.5), (Text(candidate, "model"), Text(candidate, "reason"), candidate.GetProperty("input_usd_per_million").GetDouble()));
        var attempt = Assert.Single(record.GetProperty("attempts").EnumerateArray());
        Assert.Equal((200, "answered"), (attempt.GetProperty("status").GetInt32(), Text(attempt, "outcome")));
        Assert.InRange(attempt.GetProperty("connect_ms").GetDouble(), 0, attempt.GetProperty("first_byte_ms").GetDouble());
        Assert.True(record.GetProperty("time_to_first_chunk_ms").GetDouble() <= record.GetProperty("duration_ms").GetDouble());

        var usage = record.GetProperty("usage");
        Assert.Equal((1_000_000, 400_000, 100_000), (usage.GetProperty("input_tokens").GetInt64(), usage.GetProperty("cache_read_input_tokens").GetInt64(), usage.GetProperty("output_tokens").GetInt64()));
        var cost = record.GetProperty("cost");
        Assert.Equal("priced", Text(cost, "state"));
        Assert.Equal((1.5m, 0.1m, 1m, 2.6m), (Usd(cost, "input_usd"), Usd(cost, "cache_read_usd"), Usd(cost, "output_usd"), Usd(cost, "total_usd")));
        Assert.Equal((0.26m, -2.34m), (Usd(cost, "requested_usd"), Usd(cost, "saved_usd")));
        Assert.Equal("cost endpoint", Text(cost, "price_source"));
    }

    // What is cached stands beside the input in Messages, whoever answers in it; DeepSeek's own format is another.
    [Fact]
    public async Task Cost_OfAnAnswerInMessages_CountsWhatIsCachedBesideTheInput()
    {
        const string Message = """{"id":"m","type":"message","role":"assistant","model":"deepseek-chat","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1000000,"cache_read_input_tokens":400000,"output_tokens":100000}}""";
        await using var provider = RawUpstream.Start(Http(Message));
        await using var prices = RawUpstream.Start(Http(Prices.Replace("openai/gpt-4o-mini", "deepseek/deepseek-chat", StringComparison.Ordinal)));
        await using var gateway = await LoggedGateway.StartAsync(Config(provider, prices).Model("deepseek/deepseek-chat", provider.Address, null, "capabilities: { formats: [chat, messages] }"), null, "--Routing:Mode=direct");
        await Eventually.TrueAsync(async () => (await gateway.Gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("modelscan_model_metrics_age_seconds{", StringComparison.Ordinal), "prices");
        Assert.Equal(200, (await gateway.Gateway.PostAsync("/v1/messages", """{"model":"deepseek/deepseek-chat","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""")).Status);
        var record = await gateway.OnlyAsync();
        Assert.True(record.GetProperty("usage").GetProperty("cache_is_beside_input").GetBoolean());
        var cost = record.GetProperty("cost");
        Assert.Equal((0.25m, 0.01m, 0.1m), (Usd(cost, "input_usd"), Usd(cost, "cache_read_usd"), Usd(cost, "output_usd")));
    }

    [Fact]
    public async Task Request_OfANewcomer_HasNothingToPayWhereNobodyAnswered()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider, "--Routing:Mode=direct");
        await gateway.Gateway.PostAsync("/v1/messages", """{"model":"nobody/knows","messages":[]}""");
        var record = await gateway.OnlyAsync();
        Assert.Equal(("refused", 404, "model_not_found", "messages"), (Text(record, "state"), record.GetProperty("status").GetInt32(), Text(record, "error_type"), Text(record, "format")));
        Assert.Equal("nothing_billable", Text(record.GetProperty("cost"), "state"));
        Assert.Contains("nobody/knows", Text(record, "error_message"), StringComparison.Ordinal);
        Assert.False(record.TryGetProperty("model", out _));
    }

    [Fact]
    public async Task Request_WithoutAPrice_SaysSo()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider, "--Routing:Mode=direct");
        await gateway.Gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""");
        Assert.Equal("no_price", Text((await gateway.OnlyAsync()).GetProperty("cost"), "state"));
    }

    [Theory]
    [InlineData("this is no JSON", 400, "InvalidRequest")]
    [InlineData("[]", 400, "InvalidRequest")]
    [InlineData(null, 413, "RequestTooLarge")]
    public async Task Request_ThatCannotBeRead_IsOnRecord(string? body, int status, string error)
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider, "--Routing:MaxRequestBody=2KB");
        var answer = await gateway.Gateway.PostAsync("/v1/chat/completions", body ?? new string(' ', 5000));
        Assert.Equal(status, answer.Status);
        var record = await gateway.OnlyAsync();
        Assert.Equal(("refused", status, error), (Text(record, "state"), record.GetProperty("status").GetInt32(), Text(record, "error_type")));
        Assert.Equal(answer.Headers["x-modelscan-request-id"], Text(record, "id"));
    }

    [Fact]
    public async Task Request_AnsweredByTheSecondCandidate_ShowsBothAttempts()
    {
        await using var broken = RawUpstream.Start("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\n{}");
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await LoggedGateway.StartAsync(TestConfig.Empty
            .Model("openai/gpt-4o-mini", $"{broken.Address}v1")
            .Model("openai/gpt-4o", $"{provider.Address}v1")
            .CodeRoute("openai/gpt-4o-mini", "openai/gpt-4o"));
        Assert.Equal(200, (await gateway.Gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt)).Status);
        var record = await gateway.OnlyAsync();
        Assert.Equal("after rate limited from openai/gpt-4o-mini", Text(record, "why"));
        Assert.Equal([("openai/gpt-4o-mini", 429), ("openai/gpt-4o", 200)], record.GetProperty("attempts").EnumerateArray().Select(attempt => (Text(attempt, "model"), attempt.GetProperty("status").GetInt32())));
        Assert.Equal([("openai/gpt-4o-mini", "tried"), ("openai/gpt-4o", "chosen")], record.GetProperty("candidates").EnumerateArray().Select(candidate => (Text(candidate, "model"), Text(candidate, "reason"))));
    }

    [Fact]
    public async Task Stream_ThatBreaksOff_HasFailed()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n");
            request.Close();
        });
        await using var gateway = await StartAsync(provider, provider, "--Routing:Mode=direct");
        Assert.True((await gateway.Gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","stream":true,"messages":[]}""")).IsCut);
        var record = await gateway.OnlyAsync();
        Assert.Equal(("failed", 200, true), (Text(record, "state"), record.GetProperty("status").GetInt32(), record.GetProperty("stream").GetBoolean()));
        Assert.Equal("UpstreamUnavailable", Text(record, "error_type"));
    }

    [Fact]
    public async Task Client_ThatLeaves_HasAborted()
    {
        var over = new TaskCompletionSource();
        await using var silent = RawUpstream.Start(_ => over.Task);
        await using var gateway = await StartAsync(silent, silent, "--Routing:Mode=direct");
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        using var content = new StringContent("""{"model":"openai/gpt-4o","messages":[]}""", null, "application/json");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Gateway.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, leave.Token));
        var record = await gateway.OnlyAsync();
        Assert.Equal(("aborted", 499), (Text(record, "state"), record.GetProperty("status").GetInt32()));
        over.SetResult();
    }

    [Fact]
    public async Task Decision_WithoutAnAnswer_IsOnRecord()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider);
        var answer = await gateway.Gateway.DecideAsync("Write a function that sorts a list");
        var record = await gateway.OnlyAsync();
        Assert.Equal(("decide", "completed", answer.Route, answer.Models[0]), (Text(record, "operation_name"), Text(record, "state"), Text(record, "route"), Text(record, "model")));
        Assert.Equal(answer.Headers["x-modelscan-request-id"], Text(record, "id"));
        Assert.Equal(answer.Json.GetProperty("trace_id").GetString(), Text(record, "trace_id"));
        Assert.Equal("nothing_billable", Text(record.GetProperty("cost"), "state"));
    }

    [Fact]
    public async Task Row_TakesLessThanSixHundredBytes()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider);
        await gateway.Gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        var row = Assert.Single(await gateway.UntilAsync(rows => rows.Length > 0));
        Assert.InRange(JsonSerializer.Serialize(row).Length, 100, 600);
    }

    [Fact]
    public async Task Store_ThatCannotBeOpened_IsSaidAndRequestsGoOn()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "no folder");
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, provider), "--RequestLog:Store=sqlite", $"--RequestLog:Path={file}/requests.db", "--Routing:Mode=direct");
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""")).Status);
        await Eventually.TrueAsync(async () => (await StatusAsync()).GetProperty("shed_records").GetInt64() == 1, "the record is given up");
        Assert.Contains(file, Text(await StatusAsync(), "problem"), StringComparison.Ordinal);
        using var list = await gateway.Client.GetAsync(new Uri("/admin/requests", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, list.StatusCode);

        async Task<JsonElement> StatusAsync()
        {
            using var response = await gateway.Client.GetAsync(new Uri("/admin/requests/status", UriKind.Relative));
            return (await Support.Answer.ReadAsync(response)).Json;
        }
    }

    [Fact]
    public async Task Shutdown_WritesWhatWaits()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        using var folder = new TemporaryFolder();
        string[] args = ["--RequestLog:Store=sqlite", $"--RequestLog:Path={Path.Combine(folder.Path, "requests.db")}", "--Routing:Mode=direct"];
        await using (var gateway = await GatewayUnderTest.StartAsync(Config(provider, provider), args))
        {
            for (var i = 0; i < 20; i++)
                await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""");
        }

        await using var again = await GatewayUnderTest.StartAsync(Config(provider, provider), args);
        using var response = await again.Client.GetAsync(new Uri("/admin/requests", UriKind.Relative));
        Assert.Equal(20, (await Support.Answer.ReadAsync(response)).Json.GetProperty("data").GetArrayLength());
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() ?? "(null)" : "(absent)";

    private static decimal Usd(JsonElement cost, string name) => cost.GetProperty(name).GetDecimal();

    private static string Http(string body) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    private static Task<LoggedGateway> StartAsync(RawUpstream provider, RawUpstream prices, params string[] args) => LoggedGateway.StartAsync(Config(provider, prices), null, args);

    private static TestConfig Config(RawUpstream provider, RawUpstream prices) => TestConfig.Empty
        .Default("openai/gpt-4o", $"{provider.Address}v1")
        .Model("openai/gpt-4o-mini", $"{provider.Address}v1")
        .CodeRoute("openai/gpt-4o")
        .Yaml($$"""model_metrics_sources: [{ type: cost_metrics, url: "{{prices.Address}}" }]""");
}
