using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;

namespace DecisionBenchmarks;

/// <summary>The decision engine as the gateway puts it together, with six routes, and prices where asked for.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ServiceProvider _services;
    private readonly SessionAffinity _sessions;
    private readonly SessionMetrics _metrics = new();
    private readonly DecisionSnapshot _snapshot;
    private readonly DecisionEngine _engine;

    private EngineUnderTest(ServiceProvider services, LoadedConfig loaded)
    {
        _services = services;
        _sessions = new SessionAffinity(loaded.Config.Session, TimeProvider.System, Random.Shared, _metrics, NullLoggerFactory.Instance);
        _snapshot = new DecisionSnapshot(loaded, new ModelDirectory(loaded.Config, mock: null), new FixedRouteClassifier("code_generation"), TimeProvider.System.GetUtcNow());
        _engine = new DecisionEngine(
            services.GetRequiredService<ModelMetricsRefresher>(), _sessions, TimeProvider.System, Random.Shared, NullLogger<DecisionEngine>.Instance);
    }

    /// <summary>Decides; with a classifier and a store that answer at once there is nothing to wait for.</summary>
    /// <exception cref="InvalidOperationException">Something did wait.</exception>
    public RouteDecision Decide(in DecisionRequest request)
    {
        var decision = _engine.DecideAsync(_snapshot, request, CancellationToken.None);
        return decision.IsCompletedSuccessfully ? decision.Result : throw new InvalidOperationException("the decision did not complete at once");
    }

    /// <summary>Starts an engine.</summary>
    /// <param name="withPrices">Whether candidates have prices to be ranked by.</param>
    /// <exception cref="InvalidOperationException">The price list was not taken.</exception>
    public static async Task<EngineUnderTest> StartAsync(bool withPrices)
    {
        var loaded = ConfigFile.At("benchmark.yaml").Parse(Configuration(withPrices));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddModelMetrics();
        services.AddHttpClient(ModelMetricsFetcher.ClientName).ConfigurePrimaryHttpMessageHandler(() => new PriceList());
        var engine = new EngineUnderTest(services.BuildServiceProvider(), loaded);
        var refresher = engine._services.GetRequiredService<ModelMetricsRefresher>();
        refresher.Apply(loaded.Config.MetricsSources);
        await refresher.StartAsync(CancellationToken.None);
        await refresher.WaitForFirstFetchAsync(Patience, CancellationToken.None);
        if (withPrices && !refresher.Current.TryGetPrice("openai/gpt-4o", out _))
            throw new InvalidOperationException("the price list was not taken");
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        await _services.DisposeAsync();
        _metrics.Dispose();
    }

    private static string Configuration(bool withPrices)
    {
        var routes = string.Concat(((string[])["code_generation", "code_review", "writing", "analysis", "travel", "support"]).Select(route => $"""
              - name: {route}
                description: everything that belongs to {route}
                models: [openai/gpt-4o, openai/gpt-4o-mini, anthropic/claude-sonnet-4-20250514]
                selection_policy: {(withPrices ? "{ prefer: cheapest }" : "{ prefer: none }")}

            """));
        const string Sources = """
            model_metrics_sources:
              - type: cost
                provider: digitalocean
                url: http://prices.invalid/catalog

            """;
        return $"""
            version: v0.4.0
            model_providers:
              - model: openai/gpt-4o
                access_key: none
                default: true
              - model: openai/gpt-4o-mini
                access_key: none
              - model: anthropic/claude-sonnet-4-20250514
                access_key: none
            routing_preferences:
            {routes}
            {(withPrices ? Sources : "")}
            routing:
              mode: policy
            """;
    }

    /// <summary>Answers every fetch with the same catalogue, in place of the network.</summary>
    private sealed class PriceList : HttpMessageHandler
    {
        private const string Catalogue = """
            {"data":[
              {"model_id":"openai/gpt-4o","pricing":{"input_price_per_million":2.5,"output_price_per_million":10}},
              {"model_id":"openai/gpt-4o-mini","pricing":{"input_price_per_million":0.15,"output_price_per_million":0.6}},
              {"model_id":"anthropic/claude-sonnet-4-20250514","pricing":{"input_price_per_million":3,"output_price_per_million":15}}
            ]}
            """;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(Catalogue, MediaTypeHeaderValue.Parse("application/json")),
            });
    }
}
