using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// A Plano that somebody else runs decides and answers: an external one (<c>routing.proxy</c>), or the container that an
/// orchestrator runs for this gateway (<c>routing.embedded.address</c>).
/// </summary>
internal sealed class PlanoProxyRouter(string mode, PlanoEndpoint plano, PlanoPatience patience, PlanoForwarder forwarder) : IRouter
{
    /// <inheritdoc/>
    public string Name => mode;

    /// <summary>Where Plano is.</summary>
    public Uri Address => plano.Address;

    /// <inheritdoc/>
    public bool AsksPlano => true;

    /// <inheritdoc/>
    public ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken) =>
        forwarder.ForwardAsync(new RoutePlan(request, response, Name, terms), plano, patience, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
