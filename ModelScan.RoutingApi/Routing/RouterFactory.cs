using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes the router of a mode. What holds nothing is shared; what talks to a Plano is made for one configuration of it.</summary>
internal sealed class RouterFactory(DirectRouter direct, PolicyRouter policy, PlanoForwarder forwarder, FallbackMeter meter, ILogger<FallbackRouter> logger)
{
    /// <summary>Makes a router; what it needs running (a container) begins to start.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="config">Its settings.</param>
    /// <exception cref="InvalidOperationException">The configuration lacks what the mode needs (<see cref="RoutingModes.Lacks"/>).</exception>
    public IRouter Create(RoutingMode mode, RoutingConfig config) => mode switch
    {
        RoutingMode.Direct => direct,
        RoutingMode.PlanoProxy => WithFallback(new PlanoProxyRouter(Section(config.Proxy, config, mode), forwarder)),
        RoutingMode.PlanoEmbedded => throw new NotSupportedException("plano_embedded"),
        _ => WithFallback(policy),
    };

    /// <summary>Whether a router that was made for <paramref name="before"/> serves <paramref name="after"/>, too.</summary>
    public static bool IsSame(RoutingMode mode, RoutingConfig before, RoutingConfig after) => mode switch
    {
        RoutingMode.PlanoProxy => Equals(before.Proxy, after.Proxy),
        _ => true,
    };

    private FallbackRouter WithFallback(IRouter router) => new(router, direct, meter, logger);

    private static T Section<T>(T? section, RoutingConfig config, RoutingMode mode)
        where T : class => section ?? throw new InvalidOperationException(RoutingModes.Lacks(config, mode));
}
