using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// What the gateway is made of, without its listener: for commands that ask what it would do. Prices and latencies are read once;
/// containers are not started, and no session is kept.
/// </summary>
internal sealed class RoutingWithoutServer : IAsyncDisposable
{
    private static readonly TimeSpan MetricsLimit = TimeSpan.FromSeconds(5);

    private readonly IHost _host;

    private RoutingWithoutServer(IHost host, LoadedConfig loaded) => (_host, Loaded) = (host, loaded);

    /// <summary>The configuration as it was read; the one in force here keeps no sessions.</summary>
    public LoadedConfig Loaded { get; }

    public IServiceProvider Services => _host.Services;

    public GatewaySnapshot Snapshot => Services.GetRequiredService<CurrentSnapshot>().Value;

    public ModelMetricsSnapshot Metrics => Services.GetRequiredService<ModelMetricsRefresher>().Current;

    /// <summary>Loads the configuration and waits, for a few seconds at most, until its metrics sources have answered.</summary>
    /// <exception cref="InvalidConfigException">The configuration is wrong.</exception>
    public static async Task<RoutingWithoutServer> StartAsync(IConfigurationRoot settings, CancellationToken cancellationToken)
    {
        var loaded = ConfigFile.Locate(settings).Load();
        var withoutSessions = loaded with { Config = loaded.Config with { Session = new SessionConfig(), PromptCaching = new PromptCachingConfig() } };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(settings);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.Services.AddMetrics();
        builder.Services.AddRouting(withoutSessions);
        var routing = new RoutingWithoutServer(builder.Build(), loaded);
        try
        {
            _ = routing.Snapshot;

            // The only service that is started: the others hold containers and watch files.
            var metrics = routing.Services.GetRequiredService<ModelMetricsRefresher>();
            await metrics.StartAsync(cancellationToken);
            await metrics.WaitForFirstFetchAsync(MetricsLimit, cancellationToken);
            return routing;
        }
        catch
        {
            await routing.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }
}
