using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Endpoints.Reference;
using ModelScan.RoutingApi.Endpoints.RequestLog;
using ModelScan.RoutingApi.Endpoints.Sockets;
using ModelScan.RoutingApi.Endpoints.WebConsole;
using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.Guards;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.ResponseCache;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Records;
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
        services.AddSingleton(provider => new MemoryBudget(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton(ConnectionLimits.OfThisProcess());
        services.AddSingleton<AnswerCutOff>();
        services.AddModelMetrics();
        services.AddSingleton<HopTrail>();
        services.AddRouterModelHttpClient().AddHttpMessageHandler(static provider => new HopHandler(provider.GetRequiredService<HopTrail>()));
        services.AddSingleton<SessionMetrics>();
        services.AddSingleton(provider => OpenSessions(provider, loaded));
        services.AddSingleton(provider => OpenResponses(provider, loaded));
        services.AddSingleton<ClassifierFactory>();
        services.AddSingleton<DecisionVectors>();
        services.AddSingleton<AgentFolders>();
        services.AddSingleton(loaded);
        services.AddSingleton<CurrentSnapshot>();
        services.AddSingleton<DecisionEngine>();
        services.AddSingleton<RequestLogMeters>();
        services.AddSingleton<RequestStoreFactory>();
        services.AddSingleton(provider => new RequestLogWriter(
            loaded.Config.RequestLog, provider.GetRequiredService<RequestStoreFactory>(), provider.GetRequiredService<RequestLogMeters>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RequestLogWriter>>(), provider.GetRequiredService<DecisionVectors>().AddAsync));
        services.AddSingleton<GovernanceMeters>();
        services.AddSingleton<Governor>();
        services.AddSingleton<IRequestGovernor>(provider => provider.GetRequiredService<Governor>());
        services.AddProxy();
        services.AddGuards();
        services.AddSingleton<ResponseCacheStage>();
        services.AddSingleton<IRequestStage>(provider => provider.GetRequiredService<ResponseCacheStage>());
        return services;
    }

    /// <summary>Adds the HTTP surface, and the reading of a configuration file that changes.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="file">The configuration file.</param>
    public static IServiceCollection AddEndpoints(this IServiceCollection services, ConfigFile file)
    {
        services.AddSingleton(file);
        services.AddSingleton<DistributedContextPropagator>(TraceContextPropagator.Instance);
        services.AddSingleton<ClientConnections>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<ClientConnections>());
        services.AddSingleton<ConfigReloader>();
        services.AddHostedService(provider => provider.GetRequiredService<ConfigReloader>());
        services.AddSingleton<ConfigMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<SharedMode>());
        services.AddSingleton(provider => new Draining(
            provider.GetRequiredService<LoadedConfig>().Config.Shutdown, provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout, provider.GetRequiredService<AnswerCutOff>(),
            provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.AddHealthChecks().Add(new HealthCheckRegistration("draining", provider => provider.GetRequiredService<Draining>(), HealthStatus.Unhealthy, tags: null));
        services.AddHealthChecks().Add(new HealthCheckRegistration("limits", provider => new LimitStoreHealth(provider.GetRequiredService<Governor>()), HealthStatus.Degraded, tags: null));
        services.AddHostedService<AgentFolderWatch>();
        services.AddHostedService<MemoryReturn>();
        services.AddHostedService(StartLog);
        services.AddApiReference();
        services.AddSingleton<HomePage>();
        services.AddCors();
        services.AddSingleton<ConfiguredCors>();
        services.AddSingleton<ICorsPolicyProvider>(provider => provider.GetRequiredService<ConfiguredCors>());
        services.AddSingleton<LoopGuard>();
        services.AddSingleton<RequestDecoding>();
        services.AddSingleton<BrowserGuard>();
        services.AddSingleton<KeyGuard>();
        services.AddSingleton<DecisionEndpoints>();
        services.AddSingleton<ProxyEndpoints>();
        services.AddSingleton<StoredResponseEndpoints>();
        services.AddSingleton<ResponsesSocketEndpoint>();
        services.AddSingleton<DoorEndpoints>();
        services.AddSingleton<ProxyMeter>();
        services.AddSingleton<ModeEndpoints>();
        services.AddSingleton<PlanoStateEndpoint>();
        services.AddSingleton<ModelListEndpoint>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton<ProvidersEndpoint>();
        services.AddSingleton<KeysEndpoint>();
        services.AddSingleton<LimitsEndpoint>();
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<RequestQueries>();
        services.AddSingleton<RequestLogEndpoints>();
        services.AddSingleton<RequestTailEndpoint>();
        services.AddSingleton<FeedbackEndpoints>();
        services.AddSingleton<RedecideEndpoint>();
        services.AddSingleton<InnerRequests>();
        services.AddSingleton<ConsoleEndpoint>();
        return services;
    }

    // Programs that hold the gateway as a library keep no log: only what serves is started.
    private static RequestLogWriter StartLog(IServiceProvider provider)
    {
        var log = provider.GetRequiredService<RequestLogWriter>();
        provider.GetRequiredService<CurrentSnapshot>().Replaced += snapshot => log.Reconfigure(snapshot.Config.RequestLog);
        return log;
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

    private static StoredResponses OpenResponses(IServiceProvider provider, LoadedConfig loaded)
    {
        try
        {
            return new StoredResponses(
                loaded.Config.ResponsesState, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<ILogger<StoredResponses>>());
        }
        catch (FormatException exception)
        {
            throw new InvalidConfigException(loaded.Source, [new ConfigError("responses_state", 0, exception.Message)]);
        }
    }
}
