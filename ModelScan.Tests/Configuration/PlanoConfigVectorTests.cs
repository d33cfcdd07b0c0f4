using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.Tests.Configuration;

/// <summary>Section A of the Plano vectors: what is accepted and what is refused, by row.</summary>
public sealed class PlanoConfigVectorTests
{
    private const string CostSource = "model_metrics_sources: [{ type: cost, provider: models.dev }]\n";

    public static TheoryData<string, string> Accepted => new()
    {
        {
            "A2", """
            version: v0.3.0
            agents:
              - { id: input_guard, url: "http://localhost:10500" }
              - { id: query_rewriter, url: "http://localhost:10501" }
              - { id: context_builder, url: "http://localhost:10502" }
              - { id: response_generator, url: "http://localhost:10503" }
              - { id: research_agent, url: "http://localhost:10504" }
            listeners:
              - type: agent
                name: agents
                port: 8001
                router: plano_orchestrator_v1
                agents: [{ id: response_generator, description: answers, default: true, input_filters: [input_guard, query_rewriter] }]
              - { type: model, name: models, address: 0.0.0.0, port: 12000 }
            model_providers: [{ model: openai/gpt-4o, access_key: $OPENAI_API_KEY, default: true }]
            """
        },
        { "A5 (ours: allowed)", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/gpt-4o }, { model: mistral/gpt-4o }]" },
        { "A7", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: custom/gpt-4o, base_url: http://custom.com/api/v2, provider_interface: openai }]" },
        { "A8", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: vercel/*, base_url: https://ai-gateway.vercel.sh/v1, passthrough_auth: true }]" },
        { "A9", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openrouter/*, base_url: https://openrouter.ai/api/v1, passthrough_auth: true }]" },
        { "A10", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: edenai/*, base_url: https://api.edenai.run/v3, passthrough_auth: true }]" },
        {
            "A13", """
            version: v0.4.0
            filters: [{ id: in, url: "http://localhost:9000", type: http }, { id: out, url: "http://localhost:9001", type: http }]
            listeners: [{ type: model, name: m, port: 12000, input_filters: [in], output_filters: [out] }]
            model_providers: [{ model: openai/gpt-4o }]
            """
        },
        {
            "A14", ConfigText.Version4 + """
            tracing:
              random_sampling: 100
              exporters: [{ type: posthog, url: https://us.i.posthog.com, api_key: $POSTHOG, distinct_id_header: x-user-id, capture_messages: true }]
            """
        },
        { "A15", ConfigText.Version4 + "tracing: { exporters: [{ type: posthog, url: https://us.i.posthog.com, api_key: k }] }" },
        {
            "A17", """
            version: v0.1
            listeners: { egress_traffic: { address: 0.0.0.0, port: 12000, message_format: openai, timeout: 30s } }
            llm_providers: [{ model: openai/gpt-4o, access_key: $OPENAI_API_KEY, default: true }]
            """
        },
        { "A29", ConfigText.Version4 + "model_metrics_sources: [{ type: cost, provider: digitalocean }]" },
        { "A33", ConfigText.Version4 + "overrides: { disable_signals: true, some_future_key: 1 }" },
        { "A43 (ours: migrated)", "version: v0.3.0\n" + ConfigText.Models + "routing_preferences: [{ name: a, description: b, models: [openai/gpt-4o] }]" },
        {
            "A45 (ours: a wildcard covers it)",
            "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/* }]\nrouting_preferences: [{ name: a, description: b, models: [openai/gpt-4o] }]"
        },
    };

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "A3", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ name: test1, model: openai/gpt-4o }, { name: test1, model: openai/gpt-4o-mini }]", "model_providers[1].name", "duplicate name 'test1'" },
        { "A4", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/gpt-4o, provider_interface: openai }]", "model_providers[0].provider_interface", "provide provider interface as part of model name" },
        {
            "A11",
            ConfigText.Version4 + "routing_preferences: [{ name: code understanding, description: a, models: [openai/gpt-4o] }, { name: code understanding, description: b, models: [openai/gpt-4o] }]",
            "routing_preferences[1].name", "Duplicate routing preference name"
        },
        {
            "A12",
            "version: v0.4.0\nlisteners: [{ type: model, name: m, port: 12000, output_filters: [missing_output_guard] }]\nmodel_providers: [{ model: openai/gpt-4o }]",
            "listeners[0].output_filters", "references output_filters id 'missing_output_guard'"
        },
        {
            "A22",
            "version: v0.3.0\nlisteners: []\nmodel_providers: [{ model: openrouter/*, base_url: https://openrouter.ai/api/v1, routing_preferences: [{ name: a, description: b }] }]",
            "model_providers[0].routing_preferences", "wildcard"
        },
        { "A25", "version: v0.5.0\n" + ConfigText.Models, "version", "'v0.5.0' is not one of" },
        { "A48", ConfigText.Version4 + "model_metrics_sources: [{ type: cost, provider: digitalocean }, { type: cost, provider: models.dev }]", "model_metrics_sources[1].type", "only one cost source" },
        { "A49", ConfigText.Version4 + "routing: { routing_budget: { max_switch_spend_pct: 20 } }", "routing", "needs a cost source" },
        { "A52", "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/*, default: true }]", "model_providers[0].default", "wildcard cannot be the default" },
        { "A53", ConfigText.Version4 + "model_aliases: { fast: { target: foo/bar } }", "model_aliases.fast.target", "Model alias" },
        {
            "A54",
            "version: v0.4.0\nlisteners: [{ type: model, name: m, port: 12000, input_filters: [nowhere] }]\nmodel_providers: [{ model: openai/gpt-4o }]",
            "listeners[0].input_filters", "references input_filters id 'nowhere'"
        },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Read_AcceptedRow_IsValid(string row, string yaml) => Assert.True(ConfigText.Read(yaml).Providers.Count > 0, row);

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_RefusedRow_NamesPathAndReason(string row, string yaml, string path, string reason) =>
        Assert.True(ConfigText.Errors(yaml).Any(error => error.Path == path && error.Message.Contains(reason, StringComparison.Ordinal)), row);

    [Fact]
    public void A7_BaseUrlWithPath_IsKept() =>
        Assert.Equal("/api/v2", ConfigText.Read("model_providers: [{ model: custom/gpt-4o, base_url: http://custom.com/api/v2, provider_interface: openai }]").Providers[0].BaseUrl!.AbsolutePath);

    [Fact]
    public void A18_InlineRoutesOfOldVersion_AreLifted()
    {
        var config = ConfigText.Read("""
            version: v0.3.0
            listeners: []
            model_providers:
              - { model: openai/gpt-4o, routing_preferences: [{ name: code understanding, description: understand }] }
              - { model: anthropic/claude-sonnet-4-20250514, routing_preferences: [{ name: code generation, description: generate }] }
            """);
        Assert.Equal("v0.4.0", config.Version);
        Assert.Equal(
            [("code understanding", "openai/gpt-4o"), ("code generation", "anthropic/claude-sonnet-4-20250514")],
            config.Routes.Select(route => (route.Name, Assert.Single(route.Models))));
    }

    [Fact]
    public void A19_SameInlineRouteOnTwoProviders_BecomesOneWithBothModels()
    {
        var config = ConfigText.Read("""
            version: v0.3.0
            listeners: []
            model_providers:
              - { model: openai/gpt-4o, routing_preferences: [{ name: code, description: first }] }
              - { model: openai/gpt-4o-mini, routing_preferences: [{ name: code, description: second }] }
            """);
        var route = Assert.Single(config.Routes);
        Assert.Equal("first", route.Description);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini"], route.Models);
    }

    [Fact]
    public void A20_TopLevelRoutes_StayAsTheyAre()
    {
        var route = Assert.Single(ConfigText.Read(ConfigText.Version4 + "routing_preferences: [{ name: a, description: b, models: [openai/gpt-4o, openai/gpt-4o-mini] }]").Routes);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini"], route.Models);
    }

    [Fact]
    public void A23_OldVersionWithoutRoutes_IsMigratedToNone()
    {
        var config = ConfigText.Read("version: v0.3.0\n" + ConfigText.Models);
        Assert.Equal("v0.4.0", config.Version);
        Assert.Empty(config.Routes);
    }

    [Fact]
    public void A24_InlineRoutesInNewVersion_AreIgnoredAndReported()
    {
        var loaded = ConfigText.Load("version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/gpt-4o, routing_preferences: [{ name: a, description: b }] }]");
        Assert.Empty(loaded.Config.Routes);
        Assert.Contains(loaded.Notices, notice => notice.Path == "model_providers[0].routing_preferences");
    }

    [Fact]
    public void A28_ModelsDevSource_IsReadWithItsValues()
    {
        var source = Assert.Single(ConfigText.Read(ConfigText.Version4 + """
            model_metrics_sources:
              - { type: cost, provider: models.dev, url: "https://models.dev/api.json", refresh_interval: 3600, model_aliases: { openai/gpt-oss-120b: openai/gpt-4o } }
            """).MetricsSources);
        Assert.Equal(ModelMetricsSourceKind.ModelsDev, source.Kind);
        Assert.Equal("https://models.dev/api.json", source.Url!.AbsoluteUri);
        Assert.Equal(TimeSpan.FromHours(1), source.RefreshInterval);
        Assert.Equal("openai/gpt-4o", source.ModelAliases["openai/gpt-oss-120b"]);
    }

    [Fact]
    public void A31_EveryProviderOfAStartWithoutConfiguration_IsKnown()
    {
        var providers = ConfigText.Read("routing: { mode: policy }").Providers;
        Assert.True(providers.Count >= 10);
        Assert.All(providers, provider => Assert.NotNull(ProviderCatalogue.Find(provider.Provider)));
    }

    [Fact]
    public void A32_EveryProviderInterface_IsKnown() => Assert.All(ProviderCatalogue.Interfaces, name => Assert.NotNull(ProviderCatalogue.Find(name)));

    [Theory]
    [InlineData("A34 absent", "", false, false, 1024)]
    [InlineData("A34 off", "prompt_caching: { enabled: false }", false, false, 1024)]
    [InlineData("A35", "prompt_caching: { enabled: true }", true, true, 1024)]
    [InlineData("A36", "prompt_caching: { enabled: true, session_affinity: false, inject_cache_control: false, min_prefix_tokens: 2048, session_ttl_seconds: 3600 }", false, false, 2048)]
    [InlineData("A37", "prompt_caching: { enabled: false, session_affinity: true, inject_cache_control: true }", false, false, 1024)]
    public void PromptCaching_Row_GivesSwitches(string row, string yaml, bool affinity, bool markers, int minimum)
    {
        var caching = ConfigText.Read(ConfigText.Version4 + yaml).PromptCaching;
        Assert.True(caching.SessionAffinity == affinity && caching.InjectCacheControl == markers && caching.MinPrefixTokens == minimum, row);
    }

    [Fact]
    public void A36_CachingTtl_IsKept() => Assert.Equal(
        TimeSpan.FromHours(1), ConfigText.Read(ConfigText.Version4 + "prompt_caching: { enabled: true, session_ttl_seconds: 3600 }").PromptCaching.SessionTtl);

    [Fact]
    public void A38_BudgetWithPercentOnly_HasDefaults() => Assert.Equal(
        new SwitchBudgetConfig(20, ReplenishOnRebind: true, 0.1, RecordCounterfactual: false),
        ConfigText.Read(ConfigText.Version4 + CostSource + "routing: { routing_budget: { max_switch_spend_pct: 20 } }").Session.Budget);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A39_BudgetBounds_AreAccepted(int percent) => Assert.Equal(
        percent, ConfigText.Read(ConfigText.Version4 + CostSource + $"routing: {{ routing_budget: {{ max_switch_spend_pct: {percent} }} }}").Session.Budget!.MaxSwitchSpendPct);

    [Theory]
    [InlineData("routing: { route_on_user_only: true }", true)]
    [InlineData("routing: { route_on_user_only: false }", false)]
    [InlineData("", false)]
    public void A42_RouteOnUserOnly_IsRead(string yaml, bool expected) => Assert.Equal(expected, ConfigText.Read(ConfigText.Version4 + yaml).Session.RouteOnUserOnly);

    [Fact]
    public void A55_NothingConfiguredAndNoKeys_PassesClientCredentials()
    {
        var config = ConfigText.Read("routing: { mode: policy }");
        Assert.Equal(12000, config.Listener.Port);
        Assert.All(config.Providers, provider => Assert.True(provider is { PassthroughAuth: true, IsDefault: false, IsWildcard: true, AccessKey: null }));
    }

    [Fact]
    public void A56_NothingConfiguredButKeys_UsesThem()
    {
        var providers = ConfigText.Read("routing: { mode: policy }", ("OPENAI_API_KEY", "a"), ("DO_API_KEY", "b")).Providers;
        Assert.Equal(["digitalocean", "openai"], providers.Where(provider => provider.AccessKey is not null && !provider.PassthroughAuth).Select(provider => provider.Provider));
        Assert.All(providers.Where(provider => provider.AccessKey is null), provider => Assert.True(provider.PassthroughAuth));
    }

    [Fact]
    public void A59_NothingConfigured_IsValidWithoutNotices() => Assert.Empty(ConfigText.Load("routing: { mode: policy }").Notices);

    [Fact]
    public void A57_ListenerPort_IsUsed() => Assert.Equal(11000, ConfigText.Read("listeners: [{ type: model, name: m, port: 11000 }]").Listener.Port);
}
