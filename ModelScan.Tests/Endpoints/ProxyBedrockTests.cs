using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Clients of every format through the gateway to a server that speaks Bedrock's Converse; ids are those of the compatibility vectors.</summary>
public sealed class ProxyBedrockTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Responses = "/v1/responses";
    private const string Model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    private const string WholeAnswer = """
        {"metrics":{"latencyMs":5},"output":{"message":{"content":[{"text":"Hello from Bedrock"}],"role":"assistant"}},"stopReason":"end_turn",
         "usage":{"cacheReadInputTokens":4,"cacheWriteInputTokens":0,"inputTokens":10,"outputTokens":3,"totalTokens":17}}
        """;

    private const string Called = """
        {"output":{"message":{"content":[{"toolUse":{"toolUseId":"tooluse_1","name":"get_weather","input":{"city":"Seattle"}}}],"role":"assistant"}},
         "stopReason":"tool_use","usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13}}
        """;

    private static readonly JsonObject[] StreamedAnswer =
    [
        .. JsonNode.Parse("""
            [{"messageStart":{"role":"assistant"}},
             {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hello from "}}},
             {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Bedrock"}}},
             {"contentBlockStop":{"contentBlockIndex":0}},
             {"contentBlockStart":{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"get_weather"}}}},
             {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"city\":"}}}},
             {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"\"Seattle\"}"}}}},
             {"contentBlockStop":{"contentBlockIndex":1}},
             {"messageStop":{"stopReason":"tool_use"}},
             {"metadata":{"usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13},"metrics":{"latencyMs":5}}}]
            """)!.AsArray().Select(item => item!.AsObject()),
    ];

    [Theory]
    [InlineData("chat", Chat)]
    [InlineData("messages", Messages)]
    [InlineData("K27-responses", Responses)]
    public async Task WholeAnswer_ReachesTheClientInItsFormat(string id, string path)
    {
        RawRequest? seen = null;
        await using var bedrock = RawUpstream.Start(request =>
        {
            seen = request;
            return request.SendAsync(Http(200, "application/json", WholeAnswer, "x-amzn-requestid: 1234\r\n"));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var answer = await gateway.PostAsync(path, Body(path, stream: false), ("x-api-key", "client-key"), ("anthropic-beta", "x"));

        Assert.Equal((id, 200, "application/json"), (id, answer.Status, answer.Headers["content-type"]));
        Assert.Contains("Hello from Bedrock", answer.Text, StringComparison.Ordinal);
        Assert.Equal($"amazon_bedrock/{Model}", answer.Headers["x-modelscan-model"]);
        Assert.StartsWith($"POST /model/{Model}/converse HTTP/1.1", seen!.Head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer bedrock-key", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Accept: application/json", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("client-key", seen.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("anthropic", seen.Head.Replace(Model, "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        var sent = JsonNode.Parse(seen.Body)!.AsObject();
        Assert.Equal("hi", sent["messages"]![0]!["content"]![0]!["text"]!.GetValue<string>());
        Assert.False(sent.ContainsKey("model") || sent.ContainsKey("stream"));
        Assert.Equal(14, Tokens(answer.Json.GetProperty("usage")));
    }

    [Theory]
    [InlineData("chat", Chat, "\"arguments\":\"{\\\"city\\\":\\\"Seattle\\\"}\"")]
    [InlineData("messages", Messages, "\"input\":{\"city\":\"Seattle\"}")]
    [InlineData("K27-tools", Responses, "\"arguments\":\"{\\\"city\\\":\\\"Seattle\\\"}\"")]
    public async Task WholeAnswer_WithACall_ReachesTheClientInItsFormat(string id, string path, string expected)
    {
        await using var bedrock = RawUpstream.Start(Http(200, "application/json", Called));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var answer = await gateway.PostAsync(path, Body(path, stream: false));
        Assert.Equal((id, 200), (id, answer.Status));
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
        Assert.Contains("tooluse_1", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K28-openai", Chat, "data: [DONE]\n\n", 1)]
    [InlineData("K28-anthropic", Messages, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", 7)]
    [InlineData("K27-stream", Responses, "event: response.completed", 100_000)]
    public async Task Stream_ReachesTheClientInItsFormat(string id, string path, string end, int piece)
    {
        RawRequest? seen = null;
        await using var bedrock = RawUpstream.Start(async request =>
        {
            seen = request;
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            foreach (var part in StreamedAnswer.SelectMany(ConverseFrames.Of).Chunk(piece))
                await request.SendChunkAsync(part);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var answer = await gateway.PostAsync(path, Body(path, stream: true));

        Assert.Equal((id, 200, "text/event-stream"), (id, answer.Status, answer.Headers["content-type"]));
        Assert.StartsWith($"POST /model/{Model}/converse-stream HTTP/1.1", seen!.Head, StringComparison.Ordinal);
        Assert.Contains($"Accept: {EventStreamReader.MediaType}", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"Hello from \"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("tooluse_1", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Seattle", answer.Text, StringComparison.Ordinal);
        Assert.Contains(end, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklm", answer.Text, StringComparison.Ordinal);
        if (path == Chat)
            Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K33-chat", Chat, "\"type\":\"rate_limit_error\"")]
    [InlineData("K34-messages", Messages, "\"type\":\"rate_limit_error\"")]
    [InlineData("K34-responses", Responses, "\"code\":\"rate_limit_exceeded\"")]
    public async Task Stream_ThrottledInTheMiddle_EndsWithAnErrorInTheClientsFormat(string id, string path, string expected)
    {
        using var hasBegun = new SemaphoreSlim(0);
        await using var bedrock = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            await request.SendChunkAsync([.. StreamedAnswer.Take(2).SelectMany(ConverseFrames.Of)]);
            await hasBegun.WaitAsync(request.TestOver);
            await request.SendChunkAsync(ConverseFrames.Of(new JsonObject { ["exception"] = "throttlingException", ["payload"] = new JsonObject { ["message"] = "slow down" } }));
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var text = await StreamAsync(gateway, path, hasBegun);
        Assert.Contains("Hello from ", text, StringComparison.Ordinal);
        Assert.True(text.Contains(expected, StringComparison.Ordinal), $"{id}: {text}");
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
        Assert.DoesNotContain("response.completed", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public async Task Stream_ThrottledAtOnce_Is429(string path)
    {
        await using var bedrock = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            await request.SendChunkAsync(ConverseFrames.Of(new JsonObject { ["exception"] = "throttlingException", ["payload"] = new JsonObject { ["message"] = "slow down" } }));
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var answer = await gateway.PostAsync(path, Body(path, stream: true));
        Assert.Equal((429, "rate_limit_error"), (answer.Status, answer.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.Contains("slow down", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public async Task Stream_Damaged_EndsWithAnError(string path)
    {
        using var hasBegun = new SemaphoreSlim(0);
        await using var bedrock = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            await request.SendChunkAsync([.. StreamedAnswer.Take(2).SelectMany(ConverseFrames.Of)]);
            await hasBegun.WaitAsync(request.TestOver);
            var damaged = ConverseFrames.Of(StreamedAnswer[2]);
            damaged[^10] ^= 1;
            await request.SendChunkAsync(damaged);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var text = await StreamAsync(gateway, path, hasBegun);
        Assert.Contains("Hello from ", text, StringComparison.Ordinal);
        Assert.Contains("event stream is damaged", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throttled", Chat, 429, "ThrottlingException", "rate_limit_error", "30")]
    [InlineData("throttled", Messages, 429, "ThrottlingException", "rate_limit_error", "30")]
    [InlineData("throttled", Responses, 429, "ThrottlingException", "rate_limit_error", "30")]
    [InlineData("refused", Chat, 400, "ValidationException", "invalid_request_error", null)]
    [InlineData("refused", Messages, 400, "ValidationException", "invalid_request_error", null)]
    [InlineData("refused", Responses, 400, "ValidationException", "invalid_request_error", null)]
    [InlineData("failed", Messages, 500, "InternalServerException", "api_error", null)]
    public async Task Error_IsToldInTheClientsFormat(string id, string path, int status, string amazon, string type, string? retryAfter)
    {
        var headers = $"x-amzn-errortype: {amazon}:http://internal.amazon.com/coral/com.amazon.bedrock/\r\n" + (retryAfter is null ? "" : $"retry-after: {retryAfter}\r\n");
        await using var bedrock = RawUpstream.Start(Http(status, "application/json", """{"message":"not now"}""", headers));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        foreach (var stream in new[] { false, true })
        {
            var answer = await gateway.PostAsync(path, Body(path, stream));
            var error = answer.Json.GetProperty("error");
            Assert.Equal((id, status, type), (id, answer.Status, error.GetProperty("type").GetString()));
            Assert.Equal(("amazon_bedrock: not now", amazon), (error.GetProperty("message").GetString(), error.GetProperty("code").GetString()));
            Assert.Equal(retryAfter, answer.Headers.GetValueOrDefault("retry-after"));
        }
    }

    [Fact]
    public async Task Dropped_IsToldInTheClientsWords()
    {
        await using var bedrock = RawUpstream.Start(Http(200, "application/json", WholeAnswer));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock.Address));
        var answer = await gateway.PostAsync(Chat, $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"hi"}],"user":"{}","seed":1}""");
        Assert.Equal("user, seed", answer.Headers["x-modelscan-dropped"]);
    }

    [Theory]
    [InlineData($"/model/{Model}/converse")]
    [InlineData($"/model/{Model}/converse-stream")]
    [InlineData("/v1/converse")]
    [InlineData("/routing/v1/converse")]
    public async Task Converse_AsAClientsFormat_IsNotOffered_I8(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1")));
        Assert.Equal(404, (await gateway.PostAsync(path, "{}")).Status);
    }

    [Fact]
    public async Task CountTokens_IsEstimated()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(new Uri("http://127.0.0.1:1")));
        var answer = await gateway.PostAsync("/v1/messages/count_tokens", Body(Messages, stream: false));
        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Json.GetProperty("input_tokens").GetInt32(), 1, 20);
    }

    // Lets the server go on once the client has its first events.
    private static async Task<string> StreamAsync(GatewayUnderTest gateway, string path, SemaphoreSlim hasBegun)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Body(path, stream: true), Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        hasBegun.Release();
        return (await Answer.ReadTextAsync(response)).Text;
    }

    private static string Body(string path, bool stream)
    {
        var body = new JsonObject { ["model"] = $"amazon_bedrock/{Model}", ["stream"] = stream };
        if (path == Responses)
            body["input"] = "hi";
        else
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi" });
        if (path == Messages)
            body["max_tokens"] = 100;
        return body.ToJsonString();
    }

    private static int Tokens(System.Text.Json.JsonElement usage) =>
        usage.TryGetProperty("prompt_tokens", out var prompt) ? prompt.GetInt32()
        : usage.GetProperty("input_tokens").GetInt32() + (usage.TryGetProperty("cache_read_input_tokens", out var read) ? read.GetInt32() : 0);

    private static string Http(int status, string type, string body, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\ncontent-type: {type}\r\n{headers}content-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private static TestConfig Config(Uri bedrock) => TestConfig.Direct.Model($"amazon_bedrock/{Model}", bedrock, "bedrock-key");
}
