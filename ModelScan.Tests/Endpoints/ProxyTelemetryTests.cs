using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What can be seen of requests afterwards.</summary>
public sealed class ProxyTelemetryTests
{
    private const string Chat = "/v1/chat/completions";

    [Theory]
    [Trait("Complaint", "18")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Metrics_AnsweredRequest_CountsRequestsTokensAndTimes_18(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(mock.Address));
        await gateway.PostAsync(Chat, $$"""{"model":"gpt-4o",{{(stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"hello there"}]}""");
        var text = await MetricsAsync(gateway, "brightstaff_llm_tokens_total");
        Assert.Contains("brightstaff_llm_upstream_requests_total{provider=\"openai\",model=\"openai/gpt-4o\",status_class=\"2xx\",error_class=\"none\"} 1", text, StringComparison.Ordinal);
        Assert.Matches("brightstaff_llm_tokens_total\\{provider=\"openai\",model=\"openai/gpt-4o\",kind=\"prompt\"} [1-9]", text);
        Assert.Matches("brightstaff_llm_tokens_total\\{provider=\"openai\",model=\"openai/gpt-4o\",kind=\"completion\"} [1-9]", text);
        Assert.Contains("brightstaff_llm_time_to_first_token_seconds_count{provider=\"openai\",model=\"openai/gpt-4o\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("brightstaff_llm_upstream_duration_seconds_bucket{provider=\"openai\",model=\"openai/gpt-4o\",le=\"120\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("brightstaff_http_requests_total{handler=\"llm_chat\",method=\"POST\",status_class=\"2xx\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("brightstaff_http_in_flight_requests{handler=\"llm_chat\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("brightstaff_build_info{version=", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Complaint", "18")]
    public async Task Metrics_AnswerWithoutUsage_IsCountedAsMissing_18()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await gateway.PostAsync(Chat, GatewayUnderTest.Chat("hi", "gpt-4o"));
        Assert.Contains("brightstaff_llm_tokens_usage_missing_total{provider=\"openai\",model=\"openai/gpt-4o\"} 1", await MetricsAsync(gateway, "usage_missing_total{"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_CompressedAnswer_IsReadAllTheSame()
    {
        using var memory = new MemoryStream();
        await using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("""{"usage":{"prompt_tokens":12,"completion_tokens":3}}"""));
        var body = memory.ToArray();
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {body.Length}\r\n\r\n");
            await request.SendAsync(body);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using (var answer = await gateway.Client.PostAsync(Chat, new StringContent(GatewayUnderTest.Chat("hi", "gpt-4o"), null, "application/json")))
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
        Assert.Contains("model=\"openai/gpt-4o\",kind=\"prompt\"} 12", await MetricsAsync(gateway, "brightstaff_llm_tokens_total{"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_FailedAttempts_NameTheKindOfFailure()
    {
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(new Uri("http://127.0.0.1:1"), second.Address));
        await gateway.PostAsync(Chat, ProxyConfig.CodePrompt);
        var text = await MetricsAsync(gateway, "model=\"second/b\"");
        Assert.Contains("brightstaff_llm_upstream_requests_total{provider=\"first\",model=\"first/a\",status_class=\"none\",error_class=\"connect\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("brightstaff_router_decisions_total{route=\"llm\",selected_model=\"first/a\",fallback=\"false\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_Decision_CountsItsOutcome()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1")));
        await gateway.PostAsync("/routing/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Contains("brightstaff_routing_service_requests_total{outcome=\"decision_served\"} 1", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decision_served", "write a function that sorts a list", 200)]
    [InlineData("no_candidates", "what is the capital of France?", 200)]
    [InlineData("policy_error", "write a function that sorts a list", 500)]
    public async Task Metrics_DecisionEndpoint_CountsEachOutcomeOfPlanos(string outcome, string prompt, int status)
    {
        // A decision that fails for a reason of its own: here the shuffle of candidates.
        await using var gateway = await GatewayUnderTest.StartAsync(
            ProxyConfig.Chain(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1")).Replace("second/b] }", "second/b], selection_policy: { prefer: random } }", StringComparison.Ordinal),
            services =>
            {
                if (outcome == "policy_error")
                    services.AddSingleton<Random>(new BrokenRandom());
            });
        Assert.Equal((outcome, status), (outcome, (await gateway.DecideAsync(prompt)).Status));
        Assert.Contains($"brightstaff_routing_service_requests_total{{outcome=\"{outcome}\"}} 1", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decision_ClassifierFails_SaysSo()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1")));
        var current = gateway.Services.GetRequiredService<CurrentSnapshot>().Value;
        var snapshot = new DecisionSnapshot(current.Loaded, current.Models, new FailingClassifier(), DateTimeOffset.UnixEpoch);
        var decision = await gateway.Services.GetRequiredService<DecisionEngine>().DecideAsync(
            snapshot, new DecisionRequest(new RequestFacts("x", [new ConversationMessage(ConversationRole.User, "hi")], []), null, null, default, Explain: false), CancellationToken.None);
        Assert.True(decision.ClassifierFailed);
        Assert.Empty(decision.Models);
    }

    [Fact]
    public async Task ObservedLatency_AnsweredRequest_HasASampleOfTheModel()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await gateway.PostAsync(Chat, GatewayUnderTest.Chat("hi", "gpt-4o"));
        Assert.Equal("openai/gpt-4o", Assert.Single(gateway.Services.GetRequiredService<ObservedLatency>().Percentiles()).Key);
    }

    [Fact]
    public async Task Span_OfAnAttempt_HasTheAttributesOfGenerativeAi()
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
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(mock.Address), "--OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true");
        await gateway.PostAsync("/v1/messages", """{"model":"claude-sonnet-4-20250514","max_tokens":50,"system":"be kind","messages":[{"role":"user","content":"hello there"}]}""", ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));

        var span = await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(("chat claude-sonnet-4-20250514", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal(
            ("chat", "anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4-20250514", 200),
            (span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.provider.name"), span.GetTagItem("gen_ai.request.model"), span.GetTagItem("gen_ai.response.model"), span.GetTagItem("http.response.status_code")));
        Assert.Equal(["end_turn"], (string[])span.GetTagItem("gen_ai.response.finish_reasons")!);
        Assert.True((long)span.GetTagItem("gen_ai.usage.output_tokens")! > 0);
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"hello there"}]}]""", span.GetTagItem("gen_ai.input.messages"));
        Assert.Equal("""[{"type":"text","content":"be kind"}]""", span.GetTagItem("gen_ai.system_instructions"));
    }

    private sealed class BrokenRandom : Random
    {
        public override int Next(int maxValue) => throw new InvalidOperationException("no more chance");

        public override int Next(int minValue, int maxValue) => throw new InvalidOperationException("no more chance");

        public override double NextDouble() => throw new InvalidOperationException("no more chance");
    }

    private sealed class FailingClassifier : IRouteClassifier
    {
        public string Name => "failing";

        public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) => throw new RouteClassificationException("down");
    }

    // Counting goes on after the client has its last byte.
    private static async Task<string> MetricsAsync(GatewayUnderTest gateway, string awaited)
    {
        var text = "";
        await Eventually.TrueAsync(
            async () => (text = await gateway.Client.GetStringAsync("/metrics")).Contains(awaited, StringComparison.Ordinal) && text.Contains("handler=\"llm_chat\",method=\"POST\"", StringComparison.Ordinal),
            awaited);
        return text;
    }
}
