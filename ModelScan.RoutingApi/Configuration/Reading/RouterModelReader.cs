using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads <c>overrides</c>, and from it and the providers which router model decides: the one that
/// <c>overrides.llm_routing_model</c> names, unless <c>routing.classifier</c> gives an endpoint of its own.
/// </summary>
internal static class RouterModelReader
{
    private const string HostedRouterUrl = "https://archfc.katanemo.dev/v1";

    public static RoutingConfig Read(ConfigMap root, RoutingConfig config)
    {
        var overrides = root.Map("overrides");
        var named = overrides?.Text("llm_routing_model");
        var contextLength = overrides?.Whole("orchestrator_model_context_length", 256, 1_000_000);
        overrides?.WithoutEffect(
            "prompt_target_intent_matching_threshold", "optimize_context_window", "use_agent_orchestrator", "disable_signals",
            "upstream_connect_timeout", "upstream_tls_ca_path", "agent_orchestration_model");

        // Plano's schema tolerates unknown keys here, and so does this.
        overrides?.NoticeOtherKeys();

        var model = config.Classifier.RouterModel;
        if (model is null && named is not null)
            model = Find(overrides!, named, config.Providers);
        var whenUnsure = config.Classifier.UnsureBelow is not null;
        if (model is null && named is null && (whenUnsure || config.Classifier.Kind == ClassifierKind.Endpoint))
            root.Error("routing", $"classifier: {(whenUnsure ? "when_unsure: router_model" : "endpoint")} needs base_url and model, or overrides.llm_routing_model naming a model of model_providers");
        if (model is null)
            return config;
        return config with
        {
            Classifier = config.Classifier with { Kind = whenUnsure ? config.Classifier.Kind : ClassifierKind.Endpoint, RouterModel = model with { ContextLength = contextLength } },
        };
    }

    private static RouterModelConfig? Find(ConfigMap overrides, string named, IReadOnlyList<ModelProviderConfig> providers)
    {
        var id = named[(named.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var provider = providers.FirstOrDefault(provider => provider.Name == named || provider.Model == named)
            ?? providers.FirstOrDefault(provider => provider.ModelId == id);
        var url = provider?.BaseUrl ?? (ProviderCatalogue.Find(provider?.Provider ?? "")?.BaseUrl is { } known ? new Uri(known) : null);
        if (url is not null)
            return new RouterModelConfig(url, provider!.ModelId) { ApiKey = provider.AccessKey, ProviderName = provider.Name };
        if (provider?.Provider == Providers.Catalogue.Plano.Name || Providers.Catalogue.Plano.Serves(named) || !named.Contains('/', StringComparison.Ordinal))
            return new RouterModelConfig(new Uri(HostedRouterUrl), id) { ApiKey = provider?.AccessKey };
        overrides.Error("llm_routing_model", $"'{named}' is not among model_providers");
        return null;
    }
}
