using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>
/// One way to bring requests to models (<c>routing.mode</c>). To add one: its name in <see cref="RoutingMode"/>, its file in this folder,
/// and its line in <see cref="RoutingModes.All"/>. Implementations hold no state; what they need running their routers hold.
/// </summary>
internal interface IRoutingMode
{
    /// <summary>The mode, which bears its name.</summary>
    RoutingMode Mode { get; }

    /// <summary>What the configuration lacks for it, for people; <see langword="null"/> when it has everything.</summary>
    string? Lacks(RoutingConfig config) => null;

    /// <summary>Whether a router that was made for <paramref name="before"/> serves <paramref name="after"/>, too.</summary>
    bool IsSame(RoutingConfig before, RoutingConfig after) => true;

    /// <summary>Makes its router; what that needs running (a container) begins to start.</summary>
    /// <param name="services">The gateway's services.</param>
    /// <param name="config">A configuration that lacks nothing for it.</param>
    IRouter Create(IServiceProvider services, RoutingConfig config);
}
