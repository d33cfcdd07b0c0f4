using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>An external Plano decides and answers (<c>routing.proxy</c>).</summary>
internal sealed class PlanoProxyRouter(PlanoProxyConfig config, PlanoForwarder forwarder) : IRouter
{
    private readonly PlanoEndpoint _plano = new(config.BaseUrl, config.ApiKey, config.PassthroughAuth);
    private readonly PlanoPatience _patience = new(config.Timeout, config.RetryCount);

    /// <inheritdoc/>
    public string Name => "plano_proxy";

    /// <inheritdoc/>
    public bool AsksPlano => true;

    /// <inheritdoc/>
    public ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken)
    {
        exchange.Mode = Name;
        return forwarder.ForwardAsync(exchange, _plano, _patience, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
