using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing;

/// <summary>The routers by the mode that they serve.</summary>
internal sealed class RouterTable(IEnumerable<IRouter> routers)
{
    private readonly FrozenDictionary<string, IRouter> _routers = routers.ToFrozenDictionary(router => router.Name);

    /// <summary>The router of a mode; <see langword="null"/> when there is none.</summary>
    public IRouter? Find(RoutingMode mode) => _routers.GetValueOrDefault(NameOf(mode));

    /// <summary>How configuration and answers name a mode.</summary>
    public static string NameOf(RoutingMode mode) => mode switch
    {
        RoutingMode.Direct => "direct",
        RoutingMode.PlanoProxy => "plano_proxy",
        RoutingMode.PlanoEmbedded => "plano_embedded",
        _ => "policy",
    };
}
