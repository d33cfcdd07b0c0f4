using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// The first step of an orderly end: from the signal on, <c>/health</c> says no, so that load balancers send nothing more, and for
/// <see cref="ShutdownConfig.Delay"/> requests that still come are served. Then the server takes nothing new and waits for the rest, as
/// long as <see cref="ShutdownConfig.Timeout"/> allows, save for a moment at its end: answers that are not complete then are ended with an
/// error of their format (<see cref="AnswerCutOff"/>). Thread-safe.
/// </summary>
/// <param name="config">How long.</param>
/// <param name="limit">When the server closes what is left, from the signal on.</param>
/// <param name="cutOff">Ends answers.</param>
/// <param name="lifetime">Tells of the signal.</param>
/// <param name="time">The clock.</param>
internal sealed class Draining(ShutdownConfig config, TimeSpan limit, AnswerCutOff cutOff, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService, IHealthCheck, IDisposable
{
    private static readonly Task<HealthCheckResult> Ready = Task.FromResult(HealthCheckResult.Healthy());
    private static readonly Task<HealthCheckResult> Leaving = Task.FromResult(HealthCheckResult.Unhealthy("the gateway is shutting down"));

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private ITimer? _end;

    /// <summary>Not ready from the signal on.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Leaving : Ready;

    /// <summary>Holds back what ends the server, which comes after this.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var before = TimeSpan.FromTicks(Math.Min(LastWords.Ticks, config.Timeout.Ticks / 4));
        _end = time.CreateTimer(_ => cutOff.Cut(), null, limit > before ? limit - before : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        if (config.Delay > TimeSpan.Zero)
            await Task.Delay(config.Delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _end?.Dispose();

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
