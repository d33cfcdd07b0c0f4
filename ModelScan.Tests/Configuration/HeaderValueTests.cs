using ModelScan.InProcess;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Configuration.Schema;
using ModelScan.Tests.Configuration.Schema;
using ModelScan.Tests.InProcess;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration;

/// <summary>What is accepted does not fail at every request: whatever is handed to a library then has been tried before.</summary>
public sealed class HeaderValueTests
{
    private static readonly string[] Odd = ["two words", "two\\nlines", "a\\0b", "\\u00e4\\u20ac\\U0001F600", "a:b:c", "[::1", " ", "h\\r\\nx: y"];

    // Keys of a provider that hold text, however it is checked, and names and values of its headers.
    public static TheoryData<string> Settings =>
    [
        .. SchemaMaps.Of(ConfigSchema.Create()).First(map => string.Join('.', map.Path) == "model_providers.[]").Properties
            .Where(property => property.Key != "model" && property.Value!["type"]?.ToString().Contains("string", StringComparison.Ordinal) == true)
            .Select(property => $"{property.Key}: \"ODD\""),
        "headers: { x-team: \"ODD\" }",
        "headers: { \"ODD\": a }",
        "headers: { host: \"ODD\" }",
        "headers: { authorization: \"ODD\" }",
        "headers: { content-type: \"ODD\" }",
        "capabilities: { like: \"ODD\" }",
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Accepted_WhateverItIs_CanBeSent(string setting)
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        foreach (var odd in Odd)
        {
            var yaml = $$"""
                model_providers: [{ model: openai/gpt-4o, default: true, {{setting.Replace("ODD", odd, StringComparison.Ordinal)}}{{(setting.StartsWith("base_url", StringComparison.Ordinal) || setting.StartsWith("endpoint", StringComparison.Ordinal) ? "" : $", base_url: \"{provider.Address}v1\"")}} }]
                routing: { mode: direct, timeouts: { first_byte: 2s } }
                """;
            if (RoutingConfigReader.Check(yaml, "test.yaml", new VariableExpansion([], _ => null), []).Loaded is null)
                continue;
            await using var gateway = await InProcessConfig.StartAsync(yaml);
            try
            {
                await gateway.RouteAsync(new RouteRequest([new RouteMessage("user", "hi")]));
            }
            catch (RouterException exception) when (exception is UpstreamUnavailableException or UpstreamStatusException)
            {
                Assert.NotEqual(500, exception.Status); // some name a host that is not there
            }
        }
    }

    [Theory]
    [InlineData("model_providers: [{ model: openai/gpt-4o, http_host: \"a b\" }]", "model_providers[0].http_host")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, headers: { \"a b\": c } }]", "model_providers[0].headers.a b")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, headers: { a: \"b\\nc\" } }]", "model_providers[0].headers.a")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, headers: { content-type: text/plain } }]", "model_providers[0].headers.content-type")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, access_key: \"k\\n\" }]", "model_providers[0].access_key")]
    [InlineData("routing: { proxy: { base_url: 'http://p', api_key: \"k\\n\" } }", "routing.proxy.api_key")]
    [InlineData("routing: { session_cache: { type: memory, tenant_header: \"x y\" } }", "routing.session_cache.tenant_header")]
    [InlineData("routing: { classifier: { type: endpoint, base_url: 'http://r', model: m, access_key: \"k\\n\" } }", "routing.classifier.access_key")]
    [InlineData("model_metrics_sources: [{ type: cost_metrics, url: 'http://c', auth: { type: bearer, token: \"t\\n\" } }]", "model_metrics_sources[0].auth.token")]
    [InlineData("routing: { timeouts: { connect: 25d } }", "routing.timeouts.connect")]
    [InlineData("model_metrics_sources: [{ type: cost_metrics, url: 'http://c', refresh_interval: 60d }]", "model_metrics_sources[0].refresh_interval")]
    public void ThatCannotBeSent_IsRefused(string yaml, string path) =>
        Assert.Contains(path, RoutingConfigReader.Check(yaml, "test.yaml", new VariableExpansion([], _ => null), []).Errors.Select(error => error.Path));

    [Fact]
    public void LongestTimer_IsOneThatConnectionsAndTimersTake()
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = Quantities.LongestTimer };
        using var source = new CancellationTokenSource(Quantities.LongestTimer);
        using var timer = new PeriodicTimer(Quantities.LongestTimer);
        Assert.True(Quantities.TryParseDuration("24d", out var duration) && duration == Quantities.LongestTimer);
        Assert.Contains("24 days", Assert.Single(ConfigText.Errors("routing: { keep_alive: 24.1d }")).Message, StringComparison.Ordinal);
    }
}
