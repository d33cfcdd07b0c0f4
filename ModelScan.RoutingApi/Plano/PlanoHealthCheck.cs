using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// What the embedded Plano contributes to the gateway's own health: degraded while its container is not healthy, never worse, as
/// the gateway goes on without it.
/// </summary>
/// <param name="current">The container in force; <see langword="null"/> where the mode is another.</param>
internal sealed class PlanoHealthCheck(Func<PlanoContainerSnapshot?> current) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(current() switch
        {
            null => HealthCheckResult.Healthy("not in use"),
            { Status: PlanoContainerStatus.Healthy } => HealthCheckResult.Healthy(),
            var snapshot => HealthCheckResult.Degraded($"the Plano container is {PlanoMeters.NameOf(snapshot.Status)}"),
        });
}
