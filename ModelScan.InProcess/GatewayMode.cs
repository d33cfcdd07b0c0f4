using ModelScan.RoutingApi.Configuration;

namespace ModelScan.InProcess;

/// <summary>How models are reached (<c>routing.mode</c>).</summary>
public enum GatewayMode
{
    /// <summary>The policy engine in this process decides among the models of a route (<c>policy</c>).</summary>
    Policy,

    /// <summary>The model that was asked for, or the default one; nobody decides (<c>direct</c>).</summary>
    Direct,

    /// <summary>An external Plano (<c>plano_proxy</c>).</summary>
    PlanoProxy,

    /// <summary>A Plano container that the gateway runs (<c>plano_embedded</c>).</summary>
    PlanoEmbedded,
}

/// <summary>Between what users of the package see and what the engine calls it.</summary>
internal static class GatewayModes
{
    /// <summary>What users of the package call a mode.</summary>
    public static GatewayMode Of(RoutingMode mode) => mode switch
    {
        RoutingMode.Direct => GatewayMode.Direct,
        RoutingMode.PlanoProxy => GatewayMode.PlanoProxy,
        RoutingMode.PlanoEmbedded => GatewayMode.PlanoEmbedded,
        _ => GatewayMode.Policy,
    };

    /// <summary>What the engine calls a mode.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    public static RoutingMode ToRoutingMode(this GatewayMode mode) => mode switch
    {
        GatewayMode.Policy => RoutingMode.Policy,
        GatewayMode.Direct => RoutingMode.Direct,
        GatewayMode.PlanoProxy => RoutingMode.PlanoProxy,
        GatewayMode.PlanoEmbedded => RoutingMode.PlanoEmbedded,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };
}
