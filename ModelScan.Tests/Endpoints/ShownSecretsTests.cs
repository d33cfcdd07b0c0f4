using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Endpoints.Reference;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Credentials and queries in addresses of the configuration are shown by no endpoint and no log line.</summary>
public sealed class ShownSecretsTests
{
    private const string Secret = "HunterTwo";

    [Fact]
    public async Task SecretsInAddresses_WhateverIsAsked_AreShownNowhere()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        var lines = new Lines();
        var address = $"{provider.Address.Scheme}://u:{Secret}@{provider.Address.Authority}/x?key={Secret}";
        await using var gateway = await GatewayUnderTest.StartAsync(
            $$"""
            model_providers:
              - { model: openai/gpt-4o, access_key: {{Secret}}-openai, base_url: "{{address}}", default: true }
              - { model: openai/gpt-4o-mini, access_key: {{Secret}}-mini, base_url: "http://u:{{Secret}}@127.0.0.1:1/?key={{Secret}}" }
            routing_preferences: [{ name: code, description: "writing functions", models: [openai/gpt-4o, openai/gpt-4o-mini] }]
            model_metrics_sources:
              - { type: cost_metrics, url: "{{address}}", auth: { type: bearer, token: {{Secret}} } }
              - { type: latency, provider: prometheus, url: "http://u:{{Secret}}@127.0.0.1:1/?key={{Secret}}", query: q }
            routing:
              proxy: { base_url: "{{address}}", api_key: {{Secret}}, retry_count: 0 }
              classifier: { type: endpoint, base_url: "{{address}}", model: m, access_key: {{Secret}} }
              session_cache: { type: redis, url: "redis://u:{{Secret}}@127.0.0.1:1/0", tenant_header: x-t }
              allow_mode_header: true
            """,
            services => services.AddSingleton<ILoggerProvider>(lines), "--Logging:LogLevel:Default=Trace");

        var shown = new List<(string Where, string Text)>();
        foreach (var mode in (string[])["policy", "direct", "plano_proxy"])
        {
            var answer = await gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("write a function", "gpt-4o"), ("x-modelscan-mode", mode), ("x-model-affinity", "s"));
            shown.Add((mode, answer.Text + string.Join('\n', answer.Headers)));
        }

        await File.WriteAllTextAsync(gateway.ConfigPath, $"model_providers: [{{ model: openai/gpt-4o, base_url: \"ftp://u:{Secret}@h/?{Secret}\" }}]");
        await Eventually.TrueAsync(async () => (await gateway.Client.GetStringAsync(new Uri("/admin/config", UriKind.Relative))).Contains("base_url", StringComparison.Ordinal) && lines.All.Any(line => line.Contains("refused", StringComparison.Ordinal)), "the refusal");
        foreach (var path in ApiOperations.All.Where(operation => operation.Method == HttpMethod.Get.Method && !operation.Path.Contains('{', StringComparison.Ordinal)).Select(operation => operation.Path).Append("/").Append("/metrics").Append("/health").Distinct())
        {
            using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

            // One that goes on as long as somebody listens has said what it has to say in its beginning.
            var goesOn = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
            shown.Add((path, goesOn ? response.Headers.ToString() : await response.Content.ReadAsStringAsync()));
        }

        shown.AddRange(lines.All.Select(line => ("log", line)));
        Assert.True(shown.Count > 10);
        Assert.All(shown, one => Assert.False(one.Text.Contains(Secret, StringComparison.OrdinalIgnoreCase), $"{one.Where}: {one.Text}"));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
