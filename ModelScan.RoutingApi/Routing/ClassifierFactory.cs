using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes the classifier that a configuration asks for. The embedded model is loaded once, with the first need, and shared by all.</summary>
public sealed class ClassifierFactory(IHttpClientFactory http, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers)
{
    private readonly Lazy<EmbeddedRouteClassifier> _embedded = new(() =>
    {
        var classifier = EmbeddedRouteClassifier.Load();
        classifier.WarmUp();
        return classifier;
    });

    private (ClassifierConfig Config, IRouteClassifier Classifier)? _last;

    /// <summary>The classifier for <paramref name="config"/>; the same one again while the configuration does not change, with its caches.</summary>
    public IRouteClassifier Create(ClassifierConfig config)
    {
        if (_last is { } last && last.Config == config)
            return last.Classifier;
        IRouteClassifier classifier = new EmbeddedOnDemand(_embedded, config.Threshold ?? EmbeddedRouteClassifier.DefaultThreshold);
        if (config is { Kind: ClassifierKind.Endpoint, RouterModel: { } model })
            classifier = new RouterModelClassifier(Options(model), classifier, http, time, meters, loggers.CreateLogger<RouterModelClassifier>());
        _last = (config, classifier);
        return classifier;
    }

    /// <summary>Loads the embedded model and compiles configured routes ahead of the first request.</summary>
    public void Prepare(RouteSet routes)
    {
        if (routes.Routes.Count > 0)
            _embedded.Value.Prepare(routes);
    }

    private const string DefaultHint = "plano-orchestrator";

    private static RouterModelOptions Options(RouterModelConfig model) => new(model.BaseUrl)
    {
        Model = model.Model,
        ApiKey = model.ApiKey,
        PromptStyle = model.PromptStyle switch
        {
            "orchestrator" => RouterPromptStyle.Orchestrator,
            "arch_router" => RouterPromptStyle.ArchRouter,
            _ => RouterPromptStyle.Auto,
        },
        ProviderHint = model.ProviderName is { Length: > 0 } name && name.All(c => c is > ' ' and <= '~') ? name : DefaultHint,
        Timeout = model.Timeout,
        ContextLengthTokens = model.ContextLength,
        CacheDecisions = model.CacheEntries > 0,
        CacheEntries = Math.Max(1, model.CacheEntries),
        CacheAge = model.CacheAge,
    };
}
