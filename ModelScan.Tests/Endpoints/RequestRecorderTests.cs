using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>One line per request, and its route and cost as metrics.</summary>
public sealed class RequestRecorderTests
{
    private const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":100000,"total_tokens":1100000}}""";
    private const string Prices = """{"openai/gpt-4o":{"input_per_million":2.5,"output_per_million":10}}""";

    [Fact]
    public async Task Request_Answered_IsOneLineAndCountedByRouteAndCost()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var prices = RawUpstream.Start(Http(Prices));
        var lines = new Lines();
        await using var gateway = await StartAsync(provider, prices, lines, "--Logging:LogLevel:ModelScan.Requests=Information");
        await Eventually.TrueAsync(async () => (await MetricsAsync(gateway)).Contains("modelscan_model_metrics_age_seconds{", StringComparison.Ordinal), "prices");
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt)).Status);
        var line = await lines.SingleAsync();
        Assert.StartsWith("200 policy route code (", line, StringComparison.Ordinal);
        Assert.Contains("model openai/gpt-4o provider openai attempts 1 tokens 1000000/100000 cost 3.5 USD first byte ", line, StringComparison.Ordinal);
        var metrics = await MetricsAsync(gateway);
        Assert.Contains("modelscan_requests_total{modelscan_mode=\"policy\",modelscan_route=\"code\",status_class=\"2xx\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("modelscan_request_cost_usd_total{modelscan_route=\"code\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-4o\"} 3.5\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_Refused_IsOneLineThatSaysWhy()
    {
        var lines = new Lines();
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider, lines, "--Logging:LogLevel:ModelScan.Requests=Information", "--Routing:Mode=direct");
        await gateway.PostAsync("/v1/chat/completions", """{"model":"nobody/knows","messages":[]}""");
        Assert.StartsWith("404 direct route none (model_not_found) model none", await lines.SingleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_LevelIsOff_IsNoLine()
    {
        var lines = new Lines();
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await StartAsync(provider, provider, lines, "--Logging:LogLevel:ModelScan.Requests=Warning");
        await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt);
        Assert.Empty(lines.All);
    }

    private static string Http(string body) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    private static Task<string> MetricsAsync(GatewayUnderTest gateway) => gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private static Task<GatewayUnderTest> StartAsync(RawUpstream provider, RawUpstream prices, Lines lines, params string[] args) => GatewayUnderTest.StartAsync(
        TestConfig.Empty
            .Default("openai/gpt-4o", $"{provider.Address}v1")
            .CodeRoute("openai/gpt-4o")
            .Yaml($$"""model_metrics_sources: [{ type: cost_metrics, url: "{{prices.Address}}" }]"""),
        services => services.AddSingleton<ILoggerProvider>(lines), args);

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        // A request is recorded when its answer is complete, and the client may be quicker than that.
        public async Task<string> SingleAsync()
        {
            await Eventually.TrueAsync(() => !_lines.IsEmpty, "the line");
            return Assert.Single(_lines);
        }

        public ILogger CreateLogger(string categoryName) => categoryName == "ModelScan.Requests" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
