using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Aws;
using ModelScan.RoutingApi.Providers.Health;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Routing.Doors;
using ModelScan.RoutingApi.Routing.Observation;
using ModelScan.RoutingApi.Routing.Records;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Registers what brings requests to models.</summary>
internal static class ProxyServices
{
    /// <summary>Adds routers, attempts and connections.</summary>
    public static IServiceCollection AddProxy(this IServiceCollection services)
    {
        services.AddHttpClient(UpstreamClients.DiscoveredClientName)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<UpstreamConnections>().Bound(UpstreamClients.CreateHandler(TimeSpan.FromSeconds(5))))
            .AddHttpMessageHandler(static () => new KeyMaskHandler())
            .AddHttpMessageHandler(static provider => new HopHandler(provider.GetRequiredService<HopTrail>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton(provider => new UpstreamClients(
            provider.GetRequiredService<IHttpMessageHandlerFactory>(), null, provider.GetRequiredService<HopTrail>(), provider.GetRequiredService<UpstreamConnections>()));
        services.AddSingleton<UpstreamConnections>();
        services.AddSingleton<ProxyMeters>();
        services.AddSingleton(provider =>
        {
            var (factory, sessions) = (provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<SessionMetrics>().Meter);
            return new PrometheusExporter(meter => ReferenceEquals(meter.Scope, factory) || ReferenceEquals(meter, sessions));
        });
        services.AddSingleton(provider => new UpstreamHealth(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Random>(), provider.GetRequiredService<ProxyMeters>().CooledDown, provider.GetRequiredService<ILogger<UpstreamHealth>>()));
        services.AddSingleton<UpstreamLoad>();
        services.AddSingleton<ProviderKeys>();
        services.AddSingleton<ProxyTelemetry>();
        services.AddSingleton<DecisionMeter>();
        services.AddSingleton<SessionUsageRecorder>();
        services.AddSingleton<RequestPricing>();
        services.AddSingleton<RequestRecords>();
        services.AddSingleton<RequestRecorder>();
        services.AddSingleton<IRequestObserver>(provider => provider.GetRequiredService<RequestRecorder>());
        services.AddSingleton<ClientIdentity>();
        services.AddSingleton<RequestSigner>();
        services.AddSingleton<UpstreamAttempt>();
        services.AddSingleton<ModelAttempts>();
        services.AddSingleton<FallbackMeter>();
        services.AddSingleton<DirectRouter>();
        services.AddSingleton<DoorRouter>();
        services.AddSingleton<PolicyRouter>();
        services.AddSingleton<PlanoForwarder>();
        services.AddPlanoContainers(static provider => provider.GetRequiredService<RouterSwitch>().Find<PlanoEmbeddedRouter>(RoutingMode.PlanoEmbedded)?.State);
        services.AddSingleton<RouterSwitch>();
        services.AddSingleton<SharedMode>();
        services.AddSingleton<IRouterSource>(provider => provider.GetRequiredService<RouterSwitch>());
        services.AddSingleton<ResponseTurns>();
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<HeldResponses>();
        return services;
    }
}
