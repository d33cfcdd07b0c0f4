using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>
/// Keeps the price and latency tables fresh. Every source has a loop of its own, so that one which hangs delays no other;
/// requests read <see cref="Current"/> and take no lock. A source that fails keeps its last good table.
/// </summary>
/// <remarks>The lock is taken by reconfiguration and when an attempt ends, never while waiting.</remarks>
public sealed partial class ModelMetricsRefresher : IHostedService, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ModelMetricsFetcher _fetcher;
    private readonly ObservedLatency _observed;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ModelMetricsInstruments _instruments;
    private readonly ILogger<ModelMetricsRefresher> _log;

    private List<ModelMetricsSourceState> _states = [];
    private IReadOnlyList<RoutePreferenceConfig>? _unwarned;
    private ModelMetricsSnapshot _current = ModelMetricsSnapshot.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _stopped;

    /// <summary>Starts with no source; see <see cref="Apply"/>.</summary>
    /// <param name="fetcher">Reads the sources that are elsewhere.</param>
    /// <param name="observed">What this gateway measured.</param>
    /// <param name="time">Clock of schedules and ages.</param>
    /// <param name="random">Source of the jitter.</param>
    /// <param name="meters">Where age and outcomes are reported.</param>
    /// <param name="log">Where fetches are told of.</param>
    public ModelMetricsRefresher(
        ModelMetricsFetcher fetcher, ObservedLatency observed, TimeProvider time, Random random, IMeterFactory meters, ILogger<ModelMetricsRefresher> log)
    {
        _fetcher = fetcher;
        _observed = observed;
        _time = time;
        _random = random;
        _log = log;
        _instruments = new ModelMetricsInstruments(meters, time, () => Current);
    }

    /// <summary>The last good data of all sources.</summary>
    public ModelMetricsSnapshot Current => Volatile.Read(ref _current);

    /// <summary>
    /// Puts these sources in place of the present ones, now or, before the start, then. Sources that stay the same keep
    /// their table and their schedule, new ones are fetched at once, the others stop and their data is gone.
    /// </summary>
    /// <param name="sources">In order of precedence; repeated ones count once.</param>
    public void Apply(IReadOnlyList<ModelMetricsSourceConfig> sources)
    {
        Dictionary<ModelMetricsSourceConfig, ModelMetricsSourceState> before;
        lock (_gate)
        {
            if (_stopped)
                return;
            before = _states.ToDictionary(state => state.Source);
            _states = [.. sources.Distinct().Select(source => before.Remove(source, out var kept) ? kept : new ModelMetricsSourceState(source))];
            StartIdle();
            Publish();
        }

        Stop(before.Values);
        WarnIfDue();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _started = true;
            StartIdle();
        }

        WarnIfDue();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<ModelMetricsSourceState> states;
        lock (_gate)
        {
            _stopped = true;
            states = _states;
        }

        Stop(states);
        await Task.WhenAll(states.Select(state => state.Running).OfType<Task>()).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <summary>Waits until every source has made its first attempt, good or bad; what is missing by then goes on in the background.</summary>
    /// <param name="limit">Longest wait; 2 s is plenty for sources nearby.</param>
    /// <param name="cancel">Ends the wait early.</param>
    /// <returns>Whether all had made it.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public async Task<bool> WaitForFirstFetchAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await WaitUntilAsync(AllAttempted, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// Logs a warning for every candidate that lacks the data its route orders by, as soon as every source has made its
    /// first attempt (at once, if that is so already); later calls replace earlier ones still waiting. Returns at once.
    /// </summary>
    public void WarnAboutModelsWithoutMetrics(IReadOnlyList<RoutePreferenceConfig> routes)
    {
        lock (_gate)
            _unwarned = routes;
        WarnIfDue();
    }

    /// <summary>Waits for a snapshot of which the condition holds, and returns it.</summary>
    internal async Task<ModelMetricsSnapshot> WaitUntilAsync(Func<ModelMetricsSnapshot, bool> condition, CancellationToken cancel)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var current = Current;
            if (condition(current))
                return current;
            await changed.WaitAsync(cancel);
        }
    }

    private static bool AllAttempted(ModelMetricsSnapshot snapshot) => snapshot.Sources.All(source => source.Attempts > 0);

    private static void Stop(IEnumerable<ModelMetricsSourceState> states)
    {
        foreach (var state in states)
        {
            state.Stop();
            if (state.Running is null)
                state.Dispose();
        }
    }

    private void StartIdle()
    {
        if (!_started || _stopped)
            return;
        foreach (var state in _states)
            state.Running ??= Task.Run(() => SocketThreads.AwayAsync(() => RunAsync(state)));
    }

    private async Task RunAsync(ModelMetricsSourceState state)
    {
        using var ending = state;
        var stop = state.Stopping;
        var source = state.Snapshot;
        try
        {
            while (true)
            {
                source = await AttemptAsync(source, stop);
                // The pause begins before the result is seen, so that whoever waits for the result may move the clock.
                var pause = NextPause(source) is { } length ? Task.Delay(length, _time, stop) : null;
                Publish(state, source);
                if (pause is null)
                    return;
                await pause;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped, or no longer configured.
        }
    }

    private async Task<ModelMetricsSourceSnapshot> AttemptAsync(ModelMetricsSourceSnapshot source, CancellationToken stop)
    {
        try
        {
            var reading = source.Source.Kind == ModelMetricsSourceKind.Observed
                ? ReadObserved(source.Source)
                : await _fetcher.FetchAsync(source.Source, stop);
            // A Prometheus that has just started, or has not scraped yet, is worth asking again soon.
            if (source.Source.Kind == ModelMetricsSourceKind.Prometheus && reading.Models == 0 && source.Models == 0)
                throw new ModelMetricsFetchException("empty", "the query yields no model yet");
            _instruments.CountRefresh(source, "ok");
            LogFetched(source, reading);
            return source.Refreshed(reading, _time.GetUtcNow());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (ObjectDisposedException e) when (e.ObjectName == nameof(IServiceProvider))
        {
            // A start that failed takes the services away before it stops those that use them: nothing to tell, and the end is near.
            await Task.Delay(Timeout.Infinite, stop);
            throw;
        }
        catch (Exception e)
        {
            // Whatever it was, the next attempt may work, and no request depends on it.
            _instruments.CountRefresh(source, e is ModelMetricsFetchException known ? known.Outcome : "error");
            LogFailed(source, e);
            return source.Failed(e is ModelMetricsFetchException ? e.Message : e.GetType().Name);
        }
    }

    private ModelMetricsReading ReadObserved(ModelMetricsSourceConfig source)
    {
        var table = new ModelTableBuilder<double>(source.ModelAliases, static (a, b) => a.Equals(b) ? a : null);
        foreach (var (model, seconds) in _observed.Percentiles())
            table.Add(seconds, model);
        return new ModelMetricsReading(null, table.Build(sharedAmongProviders: false));
    }

    private TimeSpan? NextPause(ModelMetricsSourceSnapshot source)
    {
        double chance;
        lock (_gate)
            chance = _random.NextDouble();
        return RefreshSchedule.NextPause(source, chance);
    }

    private void Publish(ModelMetricsSourceState state, ModelMetricsSourceSnapshot source)
    {
        lock (_gate)
        {
            // Of a source that is no longer configured, nothing shows: a snapshot is made of those that are.
            state.Snapshot = source;
            Publish();
        }

        WarnIfDue();
    }

    private void Publish()
    {
        Volatile.Write(ref _current, new ModelMetricsSnapshot([.. _states.Select(state => state.Snapshot)]));
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
