using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// A Plano container from its first start to its removal. <see cref="Start"/> returns at once; one loop starts the container,
/// watches it, and starts it again when it fails, however often that is:
/// <code>
/// pulling → starting → healthy ⇄ unhealthy → (removed) → restarting → healthy → …
///                                          ↘ too often → degraded, at a slower pace → healthy → …      disposed → stopped
/// </code>
/// What is known is one immutable snapshot, swapped at once. Thread-safe.
/// </summary>
internal sealed partial class PlanoContainer : IAsyncDisposable
{
    private readonly PlanoEmbeddedConfig _config;
    private readonly PlanoContainerTiming _timing;
    private readonly TimeProvider _time;
    private readonly PlanoMeters _meters;
    private readonly ILogger<PlanoContainer> _logger;
    private readonly PlanoLaunch _launch;
    private readonly RestartBudget _budget;
    private readonly PlanoHealth _health;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    private PlanoContainerSnapshot _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _checkAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _life;
    private Task? _end;

    /// <summary>Prepares a container; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="config">What to run.</param>
    /// <param name="timing">Pauses that no configuration sets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Makes the container's name, and spreads pauses.</param>
    /// <param name="meters">What is measured.</param>
    /// <param name="logger">Is told every change.</param>
    public PlanoContainer(
        PlanoEmbeddedConfig config, PlanoContainerTiming timing, TimeProvider time, Random random, PlanoMeters meters, ILogger<PlanoContainer> logger)
    {
        (_config, _timing, _time, _meters, _logger) = (config, timing, time, meters, logger);
        var instance = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{random.NextInt64(1L << 32):x8}");
        var name = $"modelscan-plano-{instance}";
        _launch = new PlanoLaunch(config, name, instance, timing, time, logger);
        _budget = new RestartBudget(config.MaxRestarts, config.RestartWindow, timing.Backoff, timing.DegradedPace, time, random);
        _health = new PlanoHealth(time);
        _current = new PlanoContainerSnapshot(PlanoContainerStatus.Starting, time.GetUtcNow(), config.Image, name);
    }

    /// <summary>What is known now.</summary>
    public PlanoContainerSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Begins the container's life and returns at once; failures show in <see cref="Current"/>.</summary>
    /// <exception cref="InvalidOperationException">It has been started before.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_end is not null, this);
            if (_life is not null)
                throw new InvalidOperationException("a container has one life");
            _meters.Watch(Current.ContainerName, () => Current);
            _life = Task.Run(LiveAsync);
        }
    }

    /// <summary>Has the next health check made now: a request was not answered.</summary>
    public void RequestCheck() => Volatile.Read(ref _checkAsked).TrySetResult();

    /// <summary>Waits for a snapshot of which the condition holds, and returns it.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async Task<PlanoContainerSnapshot> WaitUntilAsync(Func<PlanoContainerSnapshot, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var current = Current;
            if (condition(current))
                return current;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops and removes the container, also in the middle of a start. Never fails; may be called often.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _end ??= EndAsync();
        await _end;
    }

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        if (_life is not null)
            await _life;
        _meters.Forget(Current.ContainerName);
        _health.Dispose();
        _stopping.Dispose();
    }

    private async Task LiveAsync()
    {
        var stop = _stopping.Token;
        try
        {
            while (true)
                await PauseAfterAsync(await FailAsync(stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await _launch.RemoveAsync(gently: true);
        }

        Publish(Without(Current) with { Status = PlanoContainerStatus.Stopped });
    }

    // Starts the container and watches it, until it fails; returns why.
    private async Task<Exception> FailAsync(CancellationToken stop)
    {
        try
        {
            var plano = await _launch.StartAsync(EngineFound, Pulling, stop);
            Publish(Current with { ContainerId = plano.Id, Address = plano.Address, TakesClientCredentials = plano.TakesClientCredentials });
            return await WatchAsync(plano, await UntilHealthyAsync(plano, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task PauseAfterAsync(Exception failure, CancellationToken stop)
    {
        await _launch.RemoveAsync(gently: false);
        var pause = _budget.Spend(failure is ContainerDownException { IsLasting: true });

        var pausing = Task.Delay(pause, _time, stop);
        Publish(Without(Current) with
        {
            Status = _budget.IsDegraded ? PlanoContainerStatus.Degraded : PlanoContainerStatus.Restarting,
            Restarts = _budget.Restarts,
            LastError = _launch.WithoutSecrets(failure.Message),
            LastErrorAt = _time.GetUtcNow(),
            FailedHealthCheck = failure is ContainerUnhealthyException,
        });
        Log.Failed(_logger, Current.ContainerName, Current.LastError!, pause.TotalSeconds, failure is ContainerDownException or ContainerUnhealthyException ? null : failure);
        await pausing;
        _meters.CountRestart(Current.ContainerName);
    }

    private void EngineFound(string program) => Publish(Current with { Engine = program });

    private void Pulling(bool begins)
    {
        if (Current.Status is PlanoContainerStatus.Starting or PlanoContainerStatus.Pulling)
            Publish(Current with { Status = begins ? PlanoContainerStatus.Pulling : PlanoContainerStatus.Starting });
    }

    // Returns what the first good check has shown.
    private async Task<PlanoContainerSnapshot> UntilHealthyAsync(RunningPlano plano, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        string? failure;
        do
        {
            var left = _config.StartTimeout - _time.GetElapsedTime(started);
            (failure, var seen) = await CheckAsync(plano, left < _config.HealthTimeout ? left : _config.HealthTimeout, stop);
            if (failure is null)
                return seen;
            if (await _launch.FindEndAsync(plano.Engine, stop) is { } end)
                throw end;
            var pausing = Task.Delay(_timing.StartProbe, _time, stop);
            Publish(seen);
            await pausing;
        }
        while (_time.GetElapsedTime(started) < _config.StartTimeout);
        throw new ContainerUnhealthyException(
            $"Plano did not become healthy within {_config.StartTimeout.TotalSeconds:0.#} s ({failure}); check routing.embedded.health_endpoint and the "
            + $"model listener's port, or give it more start_timeout. It wrote last:\n{await _launch.LastLinesAsync(plano.Engine, stop)}");
    }

    // Returns why the container is not to be used any longer.
    private async Task<Exception> WatchAsync(RunningPlano plano, PlanoContainerSnapshot seen, CancellationToken stop)
    {
        var healthySince = _time.GetTimestamp();
        while (true)
        {
            // What is waited for begins before the state is seen, here and below: whoever waits for the state may move the clock.
            var waiting = UntilNextCheckAsync(stop);
            _budget.Replenish(_time.GetElapsedTime(healthySince));
            Publish(seen with { Status = PlanoContainerStatus.Healthy, Restarts = _budget.Restarts });
            await waiting;
            (var failure, seen) = await CheckAsync(plano, _config.HealthTimeout, stop);
            if (failure is null)
                continue;
            var confirming = Task.Delay(_timing.Confirmation, _time, stop);
            _meters.CountHealthCheckFailure(Current.ContainerName);
            Publish(seen with { Status = PlanoContainerStatus.Unhealthy, LastError = failure, LastErrorAt = _time.GetUtcNow(), FailedHealthCheck = true });

            // One that has ended has failed; one that runs may just have been busy.
            if (await _launch.FindEndAsync(plano.Engine, stop) is { } end)
                return end;
            await confirming;
            (failure, seen) = await CheckAsync(plano, _config.HealthTimeout, stop);
            if (failure is null)
                continue;
            _meters.CountHealthCheckFailure(Current.ContainerName);
            Publish(seen);
            return new ContainerUnhealthyException(
                $"Plano was healthy and is not any more ({failure}); it is started anew. It wrote last:\n{await _launch.LastLinesAsync(plano.Engine, stop)}");
        }
    }

    // Returns why it is not healthy, and the snapshot that says when it was asked.
    private async Task<(string? Failure, PlanoContainerSnapshot Seen)> CheckAsync(RunningPlano plano, TimeSpan limit, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        var failure = await _health.CheckAsync(new Uri(plano.Address, _config.HealthEndpoint), limit, stop);
        return (failure, Current with { LastHealthCheck = _time.GetUtcNow(), LastHealthCheckTook = failure is null ? _time.GetElapsedTime(started) : null });
    }

    private async Task UntilNextCheckAsync(CancellationToken stop)
    {
        Volatile.Write(ref _checkAsked, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _checkAsked.Task.WaitAsync(_config.HealthInterval, _time, stop);
        }
        catch (TimeoutException)
        {
            // The usual case: nobody asked.
        }
    }

    private static PlanoContainerSnapshot Without(PlanoContainerSnapshot snapshot) => snapshot with { ContainerId = null, Address = null };

    // Only the one loop publishes.
    private void Publish(PlanoContainerSnapshot next)
    {
        var before = Current;
        if (next.Status != before.Status)
            next = next with { Since = _time.GetUtcNow() };
        Volatile.Write(ref _current, next);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        if (next.Status != before.Status)
            Log.Changed(_logger, next.ContainerName, PlanoMeters.NameOf(before.Status), PlanoMeters.NameOf(next.Status), next.Address is null ? "" : $" at {next.Address.AbsoluteUri}");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Plano container {Name}: {Before} → {Now}{Where}")]
        public static partial void Changed(ILogger logger, string name, string before, string now, string where);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Plano container {Name} failed: {Reason} (tried again in {Seconds:0.#} s)")]
        public static partial void Failed(ILogger logger, string name, string reason, double seconds, Exception? exception);
    }
}
