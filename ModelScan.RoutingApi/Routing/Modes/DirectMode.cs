using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>The model that the client named.</summary>
internal sealed class DirectMode : IRoutingMode
{
    /// <inheritdoc/>
    public RoutingMode Mode => RoutingMode.Direct;

    /// <inheritdoc/>
    public IRouter Create(IServiceProvider services, RoutingConfig config) => services.GetRequiredService<DirectRouter>();
}
