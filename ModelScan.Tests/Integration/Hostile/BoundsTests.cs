using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>What a client makes up becomes no lasting memory: a megabyte in every text of the three formats and in every header, and names without number.</summary>
public sealed class BoundsTests
{
    private const int Large = 1 << 20;
    private const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private static readonly string Ok = $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}";

    // Every text that these formats have a place for, at least once.
    private static readonly (string Path, string Body)[] Requests =
    [
        ("/v1/chat/completions", """
            {"model":"groq/m","messages":[{"role":"system","content":"s","name":"n"},{"role":"user","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}}],"name":"u"},
             {"role":"assistant","content":"a","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"r"}],
             "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"p":{"type":"string","description":"e"}}}}}],"tool_choice":"auto","user":"u","stop":["x"],
             "metadata":{"k":"v"},"response_format":{"type":"text"},"reasoning_effort":"low","service_tier":"auto","prompt_cache_key":"k","safety_identifier":"i","unknown":"z",
             "routing_preferences":[{"name":"rn","description":"rd","models":["openai/gpt-4o"]}]}
            """),
        ("/v1/messages", """
            {"model":"groq/m","max_tokens":5,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"t"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},
             {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{"p":"q"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]}],
             "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"p":{"type":"string"}}}}],"stop_sequences":["x"],"metadata":{"user_id":"u"},"unknown":"z"}
            """),
        ("/v1/responses", """
            {"model":"groq/m","instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"t"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"o"}],
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"}}],"user":"u","metadata":{"k":"v"},"prompt_cache_key":"k","unknown":"z","text":{"format":{"type":"text"}}}
            """),
        ("/routing/v1/chat/completions", """{"model":"groq/m","messages":[{"role":"user","content":"write a function"}],"routing_policy":[{"model":"openai/gpt-4o","routing_preferences":[{"name":"n","description":"d"}]}]}"""),
    ];

    private static readonly string[] Headers =
    [
        "authorization", "x-api-key", "x-model-affinity", "x-plano-cache", "x-plano-max-switch-spend-pct", "x-modelscan-mode", "x-modelscan-explain", "x-modelscan-hops", "x-tenant", "traceparent", "tracestate", "baggage",
        "user-agent", "anthropic-beta", "anthropic-version", "x-claude-code-session-id", "x-codex-turn-metadata", "x-request-id", "x-stainless-os", "accept", "accept-encoding", "content-language", "x-unheard-of",
    ];

    [Fact]
    public async Task EveryText_OfAMegabyte_IsAnsweredAndForgotten()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await GatewayProcess.StartAsync(Config(provider.Address));
        await AskAllAsync(gateway.Client, "A", Large);
        var (memory, metrics) = (gateway.ResidentBytes, await gateway.Client.GetStringAsync("/metrics"));

        var statuses = await AskAllAsync(gateway.Client, "M", Large);
        statuses.AddRange(await AskAllAsync(gateway.Client, "N", Large));

        Assert.All(statuses, asked => Assert.True(asked.Status is 200 or 400 or 404 or 413, $"{asked.What}: {asked.Status}"));
        var (after, page) = (gateway.ResidentBytes, await gateway.Client.GetStringAsync("/metrics"));
        Assert.True(page.Length - metrics.Length < 64 * 1024, $"/metrics grew from {metrics.Length} to {page.Length}");
        Assert.DoesNotContain(new string('M', 600), page, StringComparison.Ordinal);
        Assert.True(statuses.Count > 120, $"{statuses.Count} requests");

        // Whatever were kept of each would come to a megabyte a request; pools and the collector's mood come to less than half.
        Assert.True(after - memory < statuses.Count * (long)Large / 2, $"{(after - memory) >> 20} MB more after {statuses.Count} requests of a megabyte");
    }

    [Fact]
    public async Task EveryHeader_OfSixteenKilobytes_IsAnsweredAndForgotten()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var metrics = await MetricsAsync(gateway);
        foreach (var name in Headers)
        {
            for (var i = 0; i < 3; i++)
            {
                var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", GatewayUnderTest.Chat("write a function", "openai/gpt-4o"), $"{name}: {i}{new string('H', 16 * 1024)}\r\n"));
                Assert.True(answer.Status is 200 or 400 or 401 or 508, $"{name}: {answer.Status}");
            }
        }

        var page = await MetricsAsync(gateway);
        Assert.DoesNotContain("HHHHHHHH", page, StringComparison.Ordinal);
        Assert.True(page.Length - metrics.Length < 64 * 1024, $"/metrics grew from {metrics.Length} to {page.Length}");
    }

    [Fact]
    public async Task EveryHeader_OfAMegabyte_IsRefusedAndForgotten()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await GatewayProcess.StartAsync(Config(provider.Address));
        var address = gateway.Client.BaseAddress!;
        foreach (var name in Headers)
            await AskAsync(name, 'A');
        var (memory, metrics) = (gateway.ResidentBytes, await gateway.Client.GetStringAsync("/metrics"));

        for (var i = 0; i < 3; i++)
        {
            foreach (var name in Headers)
                await AskAsync(name, (char)('B' + i));
        }

        Assert.True(gateway.ResidentBytes - memory < Headers.Length * 3L * Large / 4, $"{(gateway.ResidentBytes - memory) >> 20} MB more");
        Assert.True((await gateway.Client.GetStringAsync("/metrics")).Length - metrics.Length < 64 * 1024);

        // The server answers as soon as it has seen enough, and closes: what is still being sent then may destroy the answer on its way.
        async Task AskAsync(string name, char letter)
        {
            using var client = await RawClient.ConnectAsync(address);
            try
            {
                await client.SendAsync(RawClient.Post("/v1/chat/completions", GatewayUnderTest.Chat("hi", "openai/gpt-4o"), $"{name}: {new string(letter, Large)}\r\n"));
            }
            catch (System.Net.Sockets.SocketException)
            {
                // It has been closed already.
            }

            Assert.Equal((name, true), (name, (await client.ReadAnswerAsync()).Status is 0 or 431));
        }
    }

    [Fact]
    public async Task NamesWithoutNumber_ConfiguredModelsKeepTheirSeries()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        for (var i = 0; i < 1_500; i++)
        {
            var routes = i % 3 == 0 ? $",\"routing_preferences\":[{{\"name\":\"made-up-{i}\",\"description\":\"write a function\",\"models\":[\"openai/gpt-4o\"]}}]" : "";
            var answer = await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"groq/made-up-{{i}}","messages":[{"role":"user","content":"hi"}]{{routes}}}""");
            Assert.Equal(200, answer.Status);
        }

        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("write a function that sorts a list", "openai/gpt-4o"))).Status);

        var page = await MetricsAsync(gateway);
        Assert.Contains("brightstaff_llm_upstream_requests_total{provider=\"openai\",model=\"openai/gpt-4o\",status_class=\"2xx\",error_class=\"none\"}", page, StringComparison.Ordinal);
        Assert.Contains("model=\"groq/*\"", page, StringComparison.Ordinal);
        var names = page.Split('\n').Where(line => line.StartsWith("brightstaff_llm_upstream_requests_total", StringComparison.Ordinal)).Count(line => line.Contains("made-up", StringComparison.Ordinal));
        Assert.InRange(names, 1, 100);
        Assert.DoesNotContain("route=\"made-up", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/responses")]
    [InlineData("/routing/v1/chat/completions")]
    public async Task ModelName_ThatIsTooLong_Is400InTheDialect(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync("model_providers: []");
        var answer = await gateway.PostAsync(path, $$"""{"model":"{{new string('m', 513)}}","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"input":"hi"}""");
        Assert.Equal(400, answer.Status);
        Assert.Contains("model: must have at most 512 characters, not 513", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65, "must have at most 64 routes, not 65")]
    [InlineData(2_000, "must have at most 65536 bytes")]
    public async Task InlineRoutes_TooMany_Are400(int count, string saying)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty.Model("openai/m"));
        var routes = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"r{{i}}","description":"thing number {{i}}","models":["openai/m"]}"""));
        foreach (var path in (string[])["/v1/chat/completions", "/routing/v1/chat/completions"])
        {
            var answer = await gateway.PostAsync(path, $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],"routing_preferences":[{{routes}}]}""");
            Assert.Equal(400, answer.Status);
            Assert.Contains(saying, answer.Text, StringComparison.Ordinal);
        }
    }

    private static TestConfig Config(Uri upstream) => TestConfig.Policy
        .Default("openai/gpt-4o", upstream)
        .Model("groq/*", $"{upstream}v1")
        .Route("code", "writing functions and programs", ["openai/gpt-4o"])
        .Routing("session_cache: { type: memory, tenant_header: x-tenant }");

    // Each text of each request in its turn is replaced by a large one.
    private static async Task<List<(string What, int Status)>> AskAllAsync(HttpClient client, string letter, int length)
    {
        var large = new StringBuilder(length).Insert(0, letter, length / letter.Length).ToString();
        var statuses = new List<(string, int)>();
        foreach (var (path, text) in Requests)
        {
            var places = Texts(JsonNode.Parse(text)!, []).ToArray();
            foreach (var place in places)
            {
                var body = JsonNode.Parse(text)!;
                Set(body, place, large);
                using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(path, content);
                statuses.Add(($"{path} {string.Join('.', place)}", (int)answer.StatusCode));
            }
        }

        return statuses;
    }

    private static IEnumerable<object[]> Texts(JsonNode node, object[] path) => node switch
    {
        JsonObject map => map.SelectMany(member => member.Value is null ? [] : Texts(member.Value, [.. path, member.Key])),
        JsonArray list => list.SelectMany((item, i) => item is null ? [] : Texts(item, [.. path, i])),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [path],
        _ => [],
    };

    private static void Set(JsonNode body, object[] path, string text)
    {
        var node = body;
        foreach (var step in path[..^1])
            node = step is int index ? node[index]! : node[(string)step]!;
        if (path[^1] is int last)
            node[last] = text;
        else
            node[(string)path[^1]] = text;
    }

    private static async Task<string> MetricsAsync(GatewayUnderTest gateway) => await gateway.Client.GetStringAsync("/metrics");
}
