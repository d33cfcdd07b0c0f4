using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ModelScan.RoutingApi.Governance;

/// <summary>Says at <c>/health</c> that limits are not counted where they should be: requests are still answered, so it is no reason to send none.</summary>
internal sealed class LimitStoreHealth(Governor governor) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(governor.Store?.Problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());
}
