using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What people and models said stands in spans only where somebody asked for it.</summary>
public sealed class ContentCaptureTests
{
    private const string Switch = "--OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true";
    private const string ChatAnswer = """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";
    private const string Captured = """[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"stop"}]""";

    [Theory]
    [InlineData("/v1/chat/completions", "gpt-4o", false)]
    [InlineData("/v1/chat/completions", "gpt-4o", true)]
    [InlineData("/v1/chat/completions", "claude-sonnet-4-20250514", true)]
    [InlineData("/v1/messages", "claude-sonnet-4-20250514", false)]
    [InlineData("/v1/messages", "claude-sonnet-4-20250514", true)]
    [InlineData("/v1/messages", "gpt-4o", false)]
    [InlineData("/v1/responses", "gpt-4o", false)]
    [InlineData("/v1/responses", "gpt-4o", true)]
    public async Task Span_ContentAskedFor_HoldsPromptAndAnswer(string path, string model, bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        var body = path.EndsWith("responses", StringComparison.Ordinal)
            ? $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"input":"hello there"}"""
            : $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hello there"}]}""";
        var span = await SpanAsync(mock.Address, path, body, Switch);
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"hello there"}]}]""", span.GetTagItem("gen_ai.input.messages"));
        Assert.Matches("""^\[\{"role":"assistant","parts":\[\{"type":"text","content":"[^"]+"\}\],"finish_reason":"[a-z_]+"\}\]$""", (string)span.GetTagItem("gen_ai.output.messages")!);
    }

    [Fact]
    public async Task Span_CompressedAnswer_HoldsItToo()
    {
        using var memory = new MemoryStream();
        await using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(ChatAnswer));
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {memory.Length}\r\n\r\n");
            await request.SendAsync(memory.ToArray());
        });
        Assert.Equal(Captured, (await SpanAsync(provider.Address, "/v1/chat/completions", GatewayUnderTest.Chat("hi", "gpt-4o"), Switch)).GetTagItem("gen_ai.output.messages"));
    }

    [Fact]
    public async Task Span_ContentNotAskedFor_HoldsNone()
    {
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {ChatAnswer.Length}\r\n\r\n{ChatAnswer}");
        var span = await SpanAsync(provider.Address, "/v1/chat/completions", GatewayUnderTest.Chat("hi", "gpt-4o"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Key is "gen_ai.input.messages" or "gen_ai.output.messages" or "gen_ai.system_instructions");
    }

    private static async Task<Activity> SpanAsync(Uri provider, string path, string body, params string[] args)
    {
        var trace = ActivityTraceId.CreateRandom();
        var ended = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ModelScan.RoutingApi",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace)
                    ended.TrySetResult(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider), args);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json") };
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        using var response = await gateway.Client.SendAsync(request);
        return await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
