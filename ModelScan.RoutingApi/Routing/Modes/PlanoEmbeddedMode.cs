using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>A Plano in a container of the gateway's own decides and forwards.</summary>
internal sealed class PlanoEmbeddedMode : IRoutingMode
{
    /// <inheritdoc/>
    public RoutingMode Mode => RoutingMode.PlanoEmbedded;

    /// <inheritdoc/>
    public string? Lacks(RoutingConfig config) => config.Embedded switch
    {
        null => "plano_embedded needs routing.embedded.config_path",
        { IsOwnListener: true } => "plano_embedded needs a Plano elsewhere: routing.embedded.address is this gateway's own listener",
        _ => null,
    };

    /// <inheritdoc/>
    public bool IsSame(RoutingConfig before, RoutingConfig after) => before.Embedded is { } container ? container.IsSameAs(after.Embedded) : after.Embedded is null;

    /// <inheritdoc/>
    public IRouter Create(IServiceProvider services, RoutingConfig config)
    {
        var embedded = config.Embedded!;
        var forwarder = services.GetRequiredService<PlanoForwarder>();

        // Where an orchestrator runs the container, connecting to it is all there is to do.
        return FallbackRouter.Around(
            embedded.Address is { } address
                ? new PlanoProxyRouter(RoutingModes.NameOf(Mode), new PlanoEndpoint(address, apiKey: null, passthroughAuth: false), PlanoEmbeddedRouter.Patience, forwarder)
                : PlanoEmbeddedRouter.Start(services.GetRequiredService<PlanoContainerFactory>(), embedded, forwarder),
            services);
    }
}
