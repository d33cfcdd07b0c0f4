namespace ModelScan.Tests.Configuration;

/// <summary>One broken file per rule: each is refused with the path, and the line, of what is wrong.</summary>
public sealed class BrokenConfigTests
{
    public static TheoryData<string, string, int> Broken => new()
    {
        { "", "root", 1 },
        { "- a list", "root", 1 },
        { "version: [", "root", 2 },
        { "version: v9.9.9", "version", 1 },
        { "versoin: v0.4.0", "versoin", 1 },
        { "version: v0.4.0\nversion: v0.4.0", "root", 2 },
        { "listeners: [{ name: m, port: 12000 }]", "listeners[0].type", 1 },
        { "listeners: [{ type: model, port: 12000 }]", "listeners[0].name", 1 },
        { "listeners: [{ type: model, name: m, port: 70000 }]", "listeners[0].port", 1 },
        { "listeners: [{ type: model, name: m, timeout: soon }]", "listeners[0].timeout", 1 },
        { "listeners:\n  - { type: model, name: a }\n  - { type: model, name: b }", "listeners[1]", 3 },
        { "listeners: { egress_traffic: { port: 12000 } }", "listeners", 1 },
        { "model_providers:\n  - access_key: k", "model_providers[0].model", 2 },
        { "model_providers: [{ model: gpt-4o }]", "model_providers[0].model", 1 },
        { "model_providers: [{ model: openai/ }]", "model_providers[0].model", 1 },
        { "model_providers: [{ model: openai/gpt-4o, base_url: ftp://x }]", "model_providers[0].base_url", 1 },
        { "model_providers: [{ model: ollama/llama3 }]", "model_providers[0].base_url", 1 },
        { "model_providers: [{ model: nobody/m, base_url: http://x }]", "model_providers[0].model", 1 },
        { "model_providers: [{ model: nobody/m, base_url: http://x, provider_interface: telepathy }]", "model_providers[0].provider_interface", 1 },
        { "model_providers:\n  - { model: openai/a, default: true }\n  - { model: openai/b, default: true }", "model_providers[1].default", 3 },
        { "model_providers: [{ model: openai/a }]\nllm_providers: [{ model: openai/b }]", "llm_providers", 2 },
        { "model_providers: [{ model: openai/a }, { model: openai/a, name: b }]", "model_providers[1].model", 1 },
        { ConfigText.Models + "routing_preferences: [{ description: d, models: [openai/gpt-4o] }]", "routing_preferences[0].name", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d }]", "routing_preferences[0].models", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [] }]", "routing_preferences[0].models", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-5] }]", "routing_preferences[0].models", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], selection_policy: { prefer: best } }]", "routing_preferences[0].selection_policy.prefer", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], selection_policy: { prefer: cheapest } }]", "routing_preferences[0].selection_policy", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], selection_policy: { prefer: fastest } }]", "routing_preferences[0].selection_policy", 6 },
        { ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], threshold: 1.5 }]", "routing_preferences[0].threshold", 6 },
        { "model_metrics_sources: [{ provider: digitalocean }]", "model_metrics_sources[0].type", 1 },
        { "model_metrics_sources: [{ type: cost, provider: oracle }]", "model_metrics_sources[0].provider", 1 },
        { "model_metrics_sources: [{ type: latency, provider: prometheus, query: q }]", "model_metrics_sources[0].url", 1 },
        { "model_metrics_sources: [{ type: latency, provider: prometheus, url: http://p }]", "model_metrics_sources[0].query", 1 },
        { "model_metrics_sources: [{ type: cost, provider: digitalocean, refresh_interval: 0 }]", "model_metrics_sources[0].refresh_interval", 1 },
        { "model_metrics_sources: [{ type: cost_metrics, url: http://c, auth: { type: basic, token: t } }]", "model_metrics_sources[0].auth.type", 1 },
        { "routing: { mode: turbo }", "routing.mode", 1 },
        { "routing: { mode: plano_proxy }", "routing.mode", 1 },
        { "routing: { mode: proxy, proxy: { timeout: 30 } }", "routing.proxy.base_url", 1 },
        { "routing: { proxy: { base_url: http://a }, plano_proxy: { base_url: http://b } }", "routing.plano_proxy", 1 },
        { "routing: { mode: embedded }", "routing.mode", 1 },
        { "routing: { session_ttl_seconds: 0 }", "routing.session_ttl_seconds", 1 },
        { "routing: { session_max_entries: 10001 }", "routing.session_max_entries", 1 },
        { "routing: { session_cache: { type: redis } }", "routing.session_cache.url", 1 },
        { "routing: { routing_budget: { replenish_on_rebind: true } }", "routing.routing_budget.max_switch_spend_pct", 1 },
        { "routing: { routing_budget: { max_switch_spend_pct: 101 } }", "routing.routing_budget.max_switch_spend_pct", 1 },
        { "routing: { max_request_body: 1 }", "routing.max_request_body", 1 },
        { "routing: { classifier: oracle }", "routing.classifier", 1 },
        { "routing: { classifier: endpoint }", "routing", 1 },
        { "tracing: { random_sampling: 200 }", "tracing.random_sampling", 1 },
        { "tracing: { opentracing_grpc_endpoint: \"https://x/y\" }", "tracing.opentracing_grpc_endpoint", 1 },
        { "ratelimits: [{ model: m, limit: { tokens: 0, unit: minute }, selector: { key: k, value: v } }]", "ratelimits[0].limit.tokens", 1 },
        { "state_storage: { type: postgres }", "state_storage.connection_string", 1 },
        { "endpoints: { \"1x\": { endpoint: h } }", "endpoints.1x", 1 },
        { "filters: [{ id: f }]", "filters[0].url", 1 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_OneRuleBroken_NamesPathAndLine(string yaml, string path, int line)
    {
        var errors = ConfigText.Errors(yaml);
        Assert.True(errors.Any(error => error.Path == path && error.Line == line), string.Join('\n', errors));
    }

    [Fact]
    public void Read_SeveralRulesBroken_ReportsAllInFileOrder()
    {
        var errors = ConfigText.Errors("version: v9\nlisteners: [{ type: model, name: m, port: 0 }]\nmodel_providers: [{ model: x }]\nrouting: { mode: turbo }");
        Assert.Equal(["version", "listeners[0].port", "model_providers[0].model", "routing.mode"], errors.Select(error => error.Path));
    }

    [Fact]
    public void Read_MisspelledKey_SuggestsTheRightOne() =>
        Assert.Contains("did you mean 'model_providers'", Assert.Single(ConfigText.Errors("model_provders: []")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_NestedTooDeep_IsRefusedWithoutRecursion() =>
        Assert.Contains("nested deeper", Assert.Single(ConfigText.Errors("a: " + new string('[', 100_000))).Message, StringComparison.Ordinal);
}
