using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.Tests.ModelMetrics;

/// <summary>The room as the gateway registers it, on a clock that stands still and without jitter.</summary>
internal sealed class MetricsRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;

    public MetricsRig(Action<IServiceCollection>? also = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<Random>(new MiddlingRandom());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new RecordingLogs(Lines)));
        services.AddModelMetrics();
        also?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>What the room logged: level, then the message.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public ModelMetricsRefresher Refresher => _services.GetRequiredService<ModelMetricsRefresher>();

    public ModelMetricsFetcher Fetcher => _services.GetRequiredService<ModelMetricsFetcher>();

    public ModelCatalogue Models => _services.GetRequiredService<ModelCatalogue>();

    /// <summary>Tells this rig's meter from those of other tests.</summary>
    public object MeterScope => _services.GetRequiredService<IMeterFactory>();

    public ObservedLatency Observed => _services.GetRequiredService<ObservedLatency>();

    public static ModelMetricsSourceConfig Source(ModelMetricsSourceKind kind, Uri? url, TimeSpan? interval = null) =>
        new(kind, url) { RefreshInterval = interval, Query = kind == ModelMetricsSourceKind.Prometheus ? "p95" : null };

    public async Task StartAsync(params ModelMetricsSourceConfig[] sources)
    {
        Refresher.Apply(sources);
        await Refresher.StartAsync(CancellationToken.None);
    }

    /// <summary>Waits until the (first) source has finished this many attempts.</summary>
    public Task<ModelMetricsSnapshot> AfterAttemptAsync(int attempts, int source = 0) =>
        UntilAsync(snapshot => snapshot.Sources.Count > source && snapshot.Sources[source].Attempts >= attempts);

    public async Task<ModelMetricsSnapshot> UntilAsync(Func<ModelMetricsSnapshot, bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await Refresher.WaitUntilAsync(condition, limit.Token);
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    /// <summary>Draws the middle, for which the jitter is nil.</summary>
    private sealed class MiddlingRandom : Random
    {
        public override double NextDouble() => 0.5;
    }

    private sealed class RecordingLogs(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
