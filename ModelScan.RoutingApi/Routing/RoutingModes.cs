using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing;

/// <summary>How configuration, headers and answers name the modes.</summary>
internal static class RoutingModes
{
    /// <summary>Every mode's name, for messages.</summary>
    public static string Names => ConfigNames<RoutingMode>.Listed;

    /// <summary>How answers name a mode.</summary>
    public static string NameOf(RoutingMode mode) => ConfigNames<RoutingMode>.Of(mode);

    /// <summary>The mode of that name, short forms included; <see langword="null"/> when there is none.</summary>
    public static RoutingMode? Find(string? name) => ConfigNames<RoutingMode>.Find(name);

    /// <summary>What the configuration lacks for a mode; <see langword="null"/> when it has everything.</summary>
    public static string? Lacks(RoutingConfig config, RoutingMode mode) => mode switch
    {
        RoutingMode.PlanoProxy when config.Proxy is { IsOwnListener: true } => "plano_proxy needs a Plano elsewhere: routing.proxy.base_url is this gateway's own listener",
        RoutingMode.PlanoEmbedded when config.Embedded is { IsOwnListener: true } => "plano_embedded needs a Plano elsewhere: routing.embedded.address is this gateway's own listener",
        RoutingMode.PlanoProxy when config.Proxy is null => "plano_proxy needs routing.proxy.base_url",
        RoutingMode.PlanoEmbedded when config.Embedded is null => "plano_embedded needs routing.embedded.config_path",
        _ => null,
    };
}
