using Microsoft.Extensions.Configuration;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary>Every configuration that the project's founding documents show is valid.</summary>
public sealed class SeedConfigTests
{
    [Fact]
    public void BuiltInSample_IsValidWithoutNotices()
    {
        var loaded = ConfigFile.Locate(new ConfigurationBuilder().Build()).Load();
        Assert.Equal(2, loaded.Config.Routes.Count);
        Assert.Equal(3, loaded.Config.Providers.Count);
    }

    [Fact]
    public void DirectMode_IsValid() => Assert.Equal(RoutingMode.Direct, ConfigText.Read("routing: { mode: direct, fallback: false }").Mode);

    [Fact]
    public void ProxyMode_IsValid()
    {
        var config = ConfigText.Read("""
            routing:
              mode: plano_proxy
              proxy:
                base_url: http://localhost:12000
                timeout: 30
              fallback: true
            """);
        Assert.Equal((RoutingMode.PlanoProxy, TimeSpan.FromSeconds(30), true), (config.Mode, config.Proxy!.Timeout, config.Fallback));
    }

    [Fact]
    public void ProxyMode_OtherSpelling_IsValid()
    {
        var config = ConfigText.Read("""
            routing:
              mode: plano_proxy
              plano_proxy:
                base_url: https://plano.example.com
                api_key: pk-...
                timeout: 30s
            """);
        Assert.Equal("https://plano.example.com/", config.Proxy!.BaseUrl.AbsoluteUri);
    }

    [Fact]
    public void EmbeddedMode_IsValid()
    {
        var embedded = ConfigText.Read("""
            routing:
              mode: plano_embedded
              embedded:
                config_path: ./plano_config.yaml
                image: katanemo/plano:0.4.0
                ports:
                  ingress: 10000
                  egress: 12000
                env:
                  OPENAI_API_KEY: ${OPENAI_API_KEY}
                  ANTHROPIC_API_KEY: ${ANTHROPIC_API_KEY}
              fallback: false
            """, ("OPENAI_API_KEY", "a"), ("ANTHROPIC_API_KEY", "b")).Embedded!;
        Assert.Equal(("katanemo/plano:0.4.0", 10000, 12000, "b"), (embedded.Image, embedded.IngressPort ?? 0, embedded.EgressPort, embedded.Environment["ANTHROPIC_API_KEY"]));
    }

    [Fact]
    public void EmbeddedMode_OtherSpelling_IsValid()
    {
        var config = ConfigText.Read("""
            routing:
              mode: plano_embedded
              plano_embedded:
                image: plano/gateway:v1.2.0
                port: 8080
                health_endpoint: /health
                fallback: true
            """);
        Assert.Equal((8080, "/health", true), (config.Embedded!.EgressPort, config.Embedded.HealthEndpoint, config.Fallback));
    }

    [Fact]
    public void InlinePreferencesWithoutVersion_AreLifted()
    {
        var config = ConfigText.Read("""
            model_providers:
              - model: openai/gpt-4o-mini
                default: true
              - model: openai/gpt-4o
                routing_preferences:
                  - name: complex_reasoning
                    description: complex reasoning tasks, multi-step analysis
              - model: anthropic/claude-sonnet-4-20250514
                routing_preferences:
                  - name: code_generation
                    description: generating new code, writing functions
            """);
        Assert.Equal(["complex_reasoning", "code_generation"], config.Routes.Select(route => route.Name));
    }

    [Theory]
    [InlineData("digitalocean_pricing", "refresh_interval: 3600", ModelMetricsSourceKind.DigitalOceanCatalog)]
    [InlineData("prometheus_metrics", "url: http://localhost:9090\n    query: model_latency_p95_seconds\n    refresh_interval: 60", ModelMetricsSourceKind.Prometheus)]
    [InlineData("cost_metrics", "url: https://my-internal-pricing-api/costs\n    auth:\n      type: bearer\n      token: $PRICING_TOKEN\n    refresh_interval: 300", ModelMetricsSourceKind.CostEndpoint)]
    public void OlderMetricsSource_IsValid(string type, string rest, ModelMetricsSourceKind kind) =>
        Assert.Equal(kind, Assert.Single(ConfigText.Read($"model_metrics_sources:\n  - type: {type}\n    {rest}", ("PRICING_TOKEN", "t")).MetricsSources).Kind);

    [Fact]
    public void TopLevelPreferencesWithPoliciesAndNoProviders_AreValid()
    {
        var config = ConfigText.Read("""
            version: v0.4.0
            routing_preferences:
              - name: complex_reasoning
                description: complex reasoning tasks, multi-step analysis, or detailed explanations
                models:
                  - openai/gpt-4o
                  - openai/gpt-4o-mini
                selection_policy:
                  prefer: cheapest # rank by live cost data
              - name: code_generation
                description: generating new code, writing functions, or creating boilerplate
                models:
                  - anthropic/claude-sonnet-4-20250514
                  - openai/gpt-4o
                selection_policy:
                  prefer: fastest # rank by Prometheus p95 latency
            model_metrics_sources:
              - type: digitalocean_pricing
              - type: prometheus_metrics
                url: http://localhost:9090
                query: model_latency_p95_seconds
            """);
        Assert.Equal(["cheapest", "fastest"], config.Routes.Select(route => route.Prefer.Name));
    }

    [Fact]
    public void CodingAgentProxySettings_AreInForce()
    {
        var loaded = ConfigText.Load("""
            providers:
              archgw:
                base_url: "http://localhost:8080"
                format: "openai"
                routing_mode: "model"
            subagents:
              mappings:
                code-reviewer: "archgw:gemini-2.0-flash-exp"
                planner: "archgw:qwen-max"
            """);
        Assert.Equal(["providers.archgw.routing_mode"], loaded.Notices.Select(notice => notice.Path));
        Assert.Equal(
            [("archgw/*", "http://localhost:8080/", "openai"), ("anthropic/*", null, null)],
            loaded.Config.Providers.Select(provider => (provider.Name, provider.BaseUrl?.AbsoluteUri, provider.ProviderInterface)));
        Assert.Equal(
            [("code-reviewer", "archgw/gemini-2.0-flash-exp"), ("planner", "archgw/qwen-max")],
            loaded.Config.Subagents!.Agents.Select(agent => (agent.Agent, agent.Target.Model)));
    }
}
