using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Clients through the gateway to Claude on Vertex AI: Messages, with the model in the path and the version in the body.</summary>
public sealed class ProxyVertexTests
{
    private const string Place = "/v1/projects/p/locations/us-east5";
    private const string Claude = "/publishers/anthropic/models/claude-sonnet-4-5@20250929";

    private const string WholeAnswer = """
        {"id":"msg_vrtx_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"Hello from Vertex"}],
         "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":3}}
        """;

    private const string StreamedAnswer = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_vrtx_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello from Vertex"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Theory]
    [InlineData("messages", "/v1/messages", """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", "rawPredict")]
    [InlineData("messages-stream", "/v1/messages", """{"model":"M","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", "streamRawPredict")]
    [InlineData("messages-last", "/v1/messages", """{"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"model":"M"}""", "rawPredict")]
    [InlineData("chat", "/v1/chat/completions", """{"model":"M","messages":[{"role":"user","content":"hi"}]}""", "rawPredict")]
    [InlineData("chat-stream", "/v1/chat/completions", """{"model":"M","stream":true,"messages":[{"role":"user","content":"hi"}]}""", "streamRawPredict")]
    [InlineData("responses", "/v1/responses", """{"model":"M","input":"hi"}""", "rawPredict")]
    public async Task Claude_IsAskedUnderItsPathWithTheVersionInTheBody(string id, string path, string body, string verb)
    {
        RawRequest? seen = null;
        var isStream = verb == "streamRawPredict";
        await using var vertex = RawUpstream.Start(request =>
        {
            seen = request;
            return request.SendAsync(isStream ? Http("text/event-stream", StreamedAnswer) : Http("application/json", WholeAnswer));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(vertex.Address));
        var answer = await gateway.PostAsync(path, body.Replace("\"M\"", "\"google_vertex/claude-sonnet-4-5@20250929\"", StringComparison.Ordinal), ("x-api-key", "client-key"));

        Assert.Equal((id, 200), (id, answer.Status));
        Assert.Contains("Hello from Vertex", answer.Text, StringComparison.Ordinal);
        Assert.StartsWith($"POST {Place}{Claude}:{verb} HTTP/1.1", seen!.Head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer ya29.token", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("x-api-key", seen.Head, StringComparison.OrdinalIgnoreCase);
        var sent = JsonNode.Parse(seen.Body)!.AsObject();
        Assert.Equal("vertex-2023-10-16", (string?)sent["anthropic_version"]);
        Assert.False(sent.ContainsKey("model"));
        Assert.Equal(isStream, (bool?)sent["stream"] ?? false);
    }

    [Fact]
    public async Task Claude_LargeRequest_HasNoModelInItsBodyEither()
    {
        RawRequest? seen = null;
        await using var vertex = RawUpstream.Start(request =>
        {
            seen = request;
            return request.SendAsync(Http("application/json", WholeAnswer));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(vertex.Address));
        var text = new string('x', 10_000);
        var answer = await gateway.PostAsync("/v1/messages", $$"""{"model":"google_vertex/claude-sonnet-4-5@20250929","max_tokens":9,"messages":[{"role":"user","content":"{{text}}"}]}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal($$"""{"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8.GetString(seen!.Body));
    }

    [Fact]
    public async Task Claude_CountOfTokens_IsTheGatewaysEstimate()
    {
        await using var vertex = RawUpstream.Start(request => request.SendAsync(Http("application/json", WholeAnswer)));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(vertex.Address));
        var answer = await gateway.PostAsync("/v1/messages/count_tokens", """{"model":"google_vertex/claude-sonnet-4-5@20250929","messages":[{"role":"user","content":"hi there"}]}""");
        Assert.Equal(200, answer.Status);
        Assert.True((int?)JsonNode.Parse(answer.Text)!["input_tokens"] > 0);
        Assert.Equal("true", answer.Headers["x-modelscan-estimated"]);
    }

    private static TestConfig Config(Uri address) => TestConfig.Direct.Model("google_vertex/claude-sonnet-4-5@20250929", new Uri(address, Place), "ya29.token");

    private static string Http(string type, string body) => $"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\ncontent-length: {body.Length}\r\n\r\n{body}";
}
