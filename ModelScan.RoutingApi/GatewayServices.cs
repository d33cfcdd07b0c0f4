using System.Diagnostics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Endpoints.Reference;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi;

/// <summary>Registers what the gateway is made of.</summary>
internal static class GatewayServices
{
    /// <summary>Adds everything between a request and its answer; the HTTP surface stands on it, and so does the library.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="loaded">The configuration to begin with.</param>
    public static IServiceCollection AddRouting(this IServiceCollection services, LoadedConfig loaded)
    {
        services.AddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // Here chance enters the program.
        services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddModelMetrics();
        services.AddSingleton<HopTrail>();
        services.AddRouterModelHttpClient().AddHttpMessageHandler(static provider => new HopHandler(provider.GetRequiredService<HopTrail>()));
        services.AddSingleton<SessionMetrics>();
        services.AddSingleton(provider => OpenSessions(provider, loaded));
        services.AddSingleton<ClassifierFactory>();
        services.AddSingleton(loaded);
        services.AddSingleton<CurrentSnapshot>();
        services.AddSingleton<DecisionEngine>();
        services.AddProxy();
        return services;
    }

    /// <summary>Adds the HTTP surface, and the reading of a configuration file that changes.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="file">The configuration file.</param>
    public static IServiceCollection AddEndpoints(this IServiceCollection services, ConfigFile file)
    {
        services.AddSingleton(file);
        services.AddSingleton<DistributedContextPropagator>(TraceContextPropagator.Instance);
        services.AddSingleton<ConfigReloader>();
        services.AddHostedService(provider => provider.GetRequiredService<ConfigReloader>());
        services.AddApiReference();
        services.AddSingleton<HomePage>();
        services.AddSingleton<LoopGuard>();
        services.AddSingleton<BrowserGuard>();
        services.AddSingleton<DecisionEndpoints>();
        services.AddSingleton<ProxyEndpoints>();
        services.AddSingleton<ProxyMeter>();
        services.AddSingleton<ModeEndpoints>();
        services.AddSingleton<PlanoStateEndpoint>();
        services.AddSingleton<ModelListEndpoint>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton<ProvidersEndpoint>();
        return services;
    }

    private static SessionAffinity OpenSessions(IServiceProvider provider, LoadedConfig loaded)
    {
        try
        {
            return new SessionAffinity(
                loaded.Config.Session, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Random>(),
                provider.GetRequiredService<SessionMetrics>(), provider.GetRequiredService<ILoggerFactory>());
        }
        catch (FormatException exception)
        {
            throw new InvalidConfigException(loaded.Source, [new ConfigError("routing.session_cache.url", 0, exception.Message)]);
        }
    }
}
