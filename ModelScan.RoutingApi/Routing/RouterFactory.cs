using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes the router of a mode. What holds nothing is shared; what talks to a Plano is made for one configuration of it.</summary>
internal sealed class RouterFactory(
    DirectRouter direct, PolicyRouter policy, PlanoForwarder forwarder, PlanoContainerFactory containers, FallbackMeter meter, ILogger<FallbackRouter> logger)
{
    /// <summary>Makes a router; what it needs running (a container) begins to start.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="config">Its settings.</param>
    /// <exception cref="InvalidOperationException">The configuration lacks what the mode needs (<see cref="RoutingModes.Lacks"/>).</exception>
    public IRouter Create(RoutingMode mode, RoutingConfig config) => mode switch
    {
        RoutingMode.Direct => direct,
        RoutingMode.PlanoProxy => WithFallback(External(Section(config.Proxy, config, mode))),
        RoutingMode.PlanoEmbedded => WithFallback(Embedded(Section(config.Embedded, config, mode))),
        _ => WithFallback(policy),
    };

    /// <summary>Whether a router that was made for <paramref name="before"/> serves <paramref name="after"/>, too.</summary>
    public static bool IsSame(RoutingMode mode, RoutingConfig before, RoutingConfig after) => mode switch
    {
        RoutingMode.PlanoProxy => Equals(before.Proxy, after.Proxy),
        RoutingMode.PlanoEmbedded => before.Embedded is { } container ? container.IsSameAs(after.Embedded) : after.Embedded is null,
        _ => true,
    };

    private PlanoProxyRouter External(PlanoProxyConfig config) => new(
        RoutingModes.NameOf(RoutingMode.PlanoProxy), new PlanoEndpoint(config.BaseUrl, config.ApiKey, config.PassthroughAuth),
        new PlanoPatience(config.Timeout, config.RetryCount), forwarder);

    // Where an orchestrator runs the container, connecting to it is all there is to do.
    private IRouter Embedded(PlanoEmbeddedConfig config) => config.Address is { } address
        ? new PlanoProxyRouter(RoutingModes.NameOf(RoutingMode.PlanoEmbedded), new PlanoEndpoint(address, apiKey: null, passthroughAuth: false), PlanoEmbeddedRouter.Patience, forwarder)
        : PlanoEmbeddedRouter.Start(containers, config, forwarder);

    private FallbackRouter WithFallback(IRouter router) => new(router, direct, meter, logger);

    private static T Section<T>(T? section, RoutingConfig config, RoutingMode mode)
        where T : class => section ?? throw new InvalidOperationException(RoutingModes.Lacks(config, mode));
}
