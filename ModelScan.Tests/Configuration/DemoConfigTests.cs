using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary>Configurations of the kinds that Plano's demos use: each is valid here, and means what it means there.</summary>
public sealed class DemoConfigTests
{
    private const string Listener = "listeners: [{ type: model, name: model_listener, port: 12000 }]\n";

    [Fact]
    public void ModelRoutingService_HasTwoRoutes()
    {
        var config = ConfigText.Read("version: v0.4.0\n" + Listener + """
            model_providers:
              - { model: openai/gpt-4o-mini, access_key: $OPENAI_API_KEY, default: true }
              - { model: openai/gpt-4o, access_key: $OPENAI_API_KEY }
              - { model: anthropic/claude-sonnet-4-6, access_key: $ANTHROPIC_API_KEY }
            routing_preferences:
              - { name: complex_reasoning, description: complex reasoning, models: [openai/gpt-4o, openai/gpt-4o-mini], selection_policy: { prefer: cheapest } }
              - { name: code_generation, description: new code, models: [anthropic/claude-sonnet-4-6, openai/gpt-4o], selection_policy: { prefer: fastest } }
            model_metrics_sources:
              - { type: cost, provider: digitalocean, refresh_interval: 3600 }
              - { type: latency, provider: prometheus, url: "http://localhost:9090", query: model_latency_p95_seconds, refresh_interval: 60 }
            """);
        Assert.Equal(["complex_reasoning", "code_generation"], config.Routes.Select(route => route.Name));
    }

    [Fact]
    public void RoutingBudget_InOlderVersion_IsMigratedAndKeepsItsBudget()
    {
        var config = ConfigText.Read("version: v0.3.0\n" + Listener + """
            model_providers:
              - { model: openai/gpt-4o, access_key: $OPENAI_API_KEY, routing_preferences: [{ name: code understanding, description: understand code }] }
              - { model: anthropic/claude-sonnet-4-6, access_key: $ANTHROPIC_API_KEY, routing_preferences: [{ name: code generation, description: generate code }] }
            model_metrics_sources: [{ type: cost, provider: models.dev, refresh_interval: 86400 }]
            routing: { routing_budget: { max_switch_spend_pct: 20, record_counterfactual: true } }
            """);
        Assert.Equal((2, true), (config.Routes.Count, config.Session.Budget!.RecordCounterfactual));
    }

    [Fact]
    public void CodingAgentRouter_HasLocalModelAliasAndReplay()
    {
        var config = ConfigText.Read("version: v0.3.0\n" + Listener + """
            model_providers:
              - { model: openai/gpt-5-2025-08-07, access_key: $OPENAI_API_KEY, routing_preferences: [{ name: code generation, description: generate }] }
              - { model: openai/gpt-4.1-2025-04-14, access_key: $OPENAI_API_KEY, routing_preferences: [{ name: code understanding, description: understand }] }
              - { model: anthropic/claude-sonnet-4-6, access_key: $ANTHROPIC_API_KEY, default: true }
              - { model: anthropic/claude-haiku-4-5, access_key: $ANTHROPIC_API_KEY }
              - { model: ollama/llama3.1, base_url: "http://localhost:11434" }
            model_aliases: { arch.claude.code.small.fast: { target: claude-haiku-4-5 } }
            routing: { route_on_user_only: true }
            """);
        Assert.Equal(("claude-haiku-4-5", true), (config.Aliases["arch.claude.code.small.fast"], config.Session.RouteOnUserOnly));
    }

    [Fact]
    public void ResponsesAgentRouter_WithXai_IsValid() => Assert.Equal(3, ConfigText.Read("version: v0.3.0\n" + Listener + """
        model_providers:
          - { model: openai/gpt-5.3-codex, access_key: $OPENAI_API_KEY, default: true, routing_preferences: [{ name: code generation, description: generate }] }
          - { model: xai/grok-4-1-fast-non-reasoning, access_key: $GROK_API_KEY, routing_preferences: [{ name: project understanding, description: understand }] }
          - { model: ollama/llama3.1, base_url: "http://host.docker.internal:11434" }
        model_aliases: { arch.codex.default: { target: gpt-5.3-codex } }
        """).Providers.Count);

    [Fact]
    public void PreferenceRouting_WithLocalRouterModel_AsksIt()
    {
        var classifier = ConfigText.Read("version: v0.3.0\n" + Listener + """
            model_providers:
              - { name: local-router, model: "custom/Arch-Router-1.5B.gguf:Q4_K_M", base_url: "http://localhost:11434", provider_interface: openai }
              - { model: openai/gpt-4o-mini, access_key: $OPENAI_API_KEY, default: true }
              - { model: openai/gpt-4o, access_key: $OPENAI_API_KEY, routing_preferences: [{ name: code understanding, description: understand }] }
            overrides: { llm_routing_model: "custom/Arch-Router-1.5B.gguf:Q4_K_M" }
            """).Classifier;
        Assert.Equal((ClassifierKind.Endpoint, "Arch-Router-1.5B.gguf:Q4_K_M", 11434), (classifier.Kind, classifier.RouterModel!.Model, classifier.RouterModel.BaseUrl.Port));
    }

    [Fact]
    public void ModelAliases_OverSeveralProvidersAndWildcards_AreValid()
    {
        var config = ConfigText.Read("version: v0.4.0\n" + Listener + """
            model_providers:
              - { model: openai/gpt-5-mini-2025-08-07, access_key: $OPENAI_API_KEY, default: true }
              - { model: openai/o3, access_key: $OPENAI_API_KEY }
              - { model: openai/*, access_key: $OPENAI_API_KEY }
              - { model: anthropic/*, access_key: $ANTHROPIC_API_KEY }
              - { model: amazon_bedrock/us.amazon.nova-premier-v1:0, base_url: "https://bedrock-runtime.us-west-2.amazonaws.com", access_key: $AWS_BEARER_TOKEN_BEDROCK }
              - { model: xai/grok-4-0709, access_key: $GROK_API_KEY }
            model_aliases:
              arch.summarize.v1: { target: gpt-5-mini-2025-08-07 }
              arch.v1: { target: o3 }
              arch.creative.v1: { target: anthropic/claude-sonnet-4-6 }
              coding-model: { target: "us.amazon.nova-premier-v1:0" }
              arch.grok.v1: { target: grok-4-0709 }
            """);
        Assert.Equal(5, config.Aliases.Count);
    }

    [Fact]
    public void ThirdPartyThroughOpenAiPrefix_IsValid() => Assert.Equal("/v1", ConfigText.Read("version: v0.1.0\n" + Listener + """
        model_providers: [{ model: openai/kimi-k2.5, access_key: $MOONSHOT_API_KEY, base_url: "https://api.moonshot.ai/v1", default: true }]
        """).Providers[0].BaseUrl!.AbsolutePath);

    [Fact]
    public void ChatGptSubscription_NeedsNoKey() =>
        Assert.True(ConfigText.Read("version: v0.4.0\n" + Listener + "model_providers: [{ model: chatgpt/gpt-5.3-codex, passthrough_auth: true }]").Providers[0].PassthroughAuth);
}
