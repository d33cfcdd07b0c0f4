using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// The first step of an orderly end: from the signal on, <c>/health</c> says no, so that load balancers send nothing more, and for
/// <see cref="ShutdownConfig.Delay"/> requests that still come are served. Then the server takes nothing new and waits for the rest, as
/// long as <see cref="ShutdownConfig.Timeout"/> allows. Thread-safe.
/// </summary>
/// <param name="config">How long.</param>
/// <param name="lifetime">Tells of the signal.</param>
/// <param name="time">The clock.</param>
internal sealed class Draining(ShutdownConfig config, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    private static readonly Task<HealthCheckResult> Ready = Task.FromResult(HealthCheckResult.Healthy());
    private static readonly Task<HealthCheckResult> Leaving = Task.FromResult(HealthCheckResult.Unhealthy("the gateway is shutting down"));

    /// <summary>Not ready from the signal on.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Leaving : Ready;

    /// <summary>Holds back what ends the server, which comes after this.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (config.Delay > TimeSpan.Zero)
            await Task.Delay(config.Delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

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
