using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Modes;

/// <summary>A Plano elsewhere decides and forwards.</summary>
internal sealed class PlanoProxyMode : IRoutingMode
{
    /// <inheritdoc/>
    public RoutingMode Mode => RoutingMode.PlanoProxy;

    /// <inheritdoc/>
    public string? Lacks(RoutingConfig config) => config.Proxy switch
    {
        null => "plano_proxy needs routing.proxy.base_url",
        { IsOwnListener: true } => "plano_proxy needs a Plano elsewhere: routing.proxy.base_url is this gateway's own listener",
        _ => null,
    };

    /// <inheritdoc/>
    public bool IsSame(RoutingConfig before, RoutingConfig after) => Equals(before.Proxy, after.Proxy);

    /// <inheritdoc/>
    public IRouter Create(IServiceProvider services, RoutingConfig config)
    {
        var proxy = config.Proxy!;
        return FallbackRouter.Around(
            new PlanoProxyRouter(
                RoutingModes.NameOf(Mode), new PlanoEndpoint(proxy.BaseUrl, proxy.ApiKey, proxy.PassthroughAuth),
                new PlanoPatience(proxy.Timeout, proxy.RetryCount), services.GetRequiredService<PlanoForwarder>()),
            services);
    }
}
