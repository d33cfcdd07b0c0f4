using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>Every mode, and how configuration, headers and answers name them.</summary>
internal static class RoutingModes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IRoutingMode> All { get; } = [new DirectMode(), new PlanoProxyMode(), new PlanoEmbeddedMode(), new PolicyMode()];

    /// <summary>Every mode's name, for messages.</summary>
    public static string Names => ConfigNames<RoutingMode>.Listed;

    /// <summary>How answers name a mode.</summary>
    public static string NameOf(RoutingMode mode) => ConfigNames<RoutingMode>.Of(mode);

    /// <summary>The mode of that name, short forms included; <see langword="null"/> when there is none.</summary>
    public static RoutingMode? Find(string? name) => ConfigNames<RoutingMode>.Find(name);

    /// <summary>How a mode is served.</summary>
    public static IRoutingMode Of(RoutingMode mode) => All.First(entry => entry.Mode == mode);

    /// <summary>What the configuration lacks for a mode; <see langword="null"/> when it has everything.</summary>
    public static string? Lacks(RoutingConfig config, RoutingMode mode) => Of(mode).Lacks(config);
}
