using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>The gateway's own decision.</summary>
internal sealed class PolicyMode : IRoutingMode
{
    /// <inheritdoc/>
    public RoutingMode Mode => RoutingMode.Policy;

    /// <inheritdoc/>
    public IRouter Create(IServiceProvider services, RoutingConfig config) => FallbackRouter.Around(services.GetRequiredService<PolicyRouter>(), services);
}
