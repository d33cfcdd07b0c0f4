using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// A Plano in a container of the gateway's own decides and answers (<c>routing.embedded</c>). The container starts with the
/// router and goes with it; requests never wait for it.
/// </summary>
internal sealed class PlanoEmbeddedRouter : IRouter
{
    /// <summary>A connection that has just broken off is worth a second try; a container that is gone shows at the next health check.</summary>
    public static readonly PlanoPatience Patience = new(Timeout: null, RetryCount: 1);

    private readonly PlanoEmbeddedConfig _config;
    private readonly PlanoContainer _container;
    private readonly PlanoForwarder _forwarder;
    private Published? _published;

    private PlanoEmbeddedRouter(PlanoEmbeddedConfig config, PlanoContainer container, PlanoForwarder forwarder) =>
        (_config, _container, _forwarder) = (config, container, forwarder);

    /// <inheritdoc/>
    public string Name => "plano_embedded";

    /// <inheritdoc/>
    public bool AsksPlano => true;

    /// <summary>What is known of the container now.</summary>
    public PlanoContainerSnapshot State => _container.Current;

    /// <summary>Makes the router; its container begins to start.</summary>
    public static PlanoEmbeddedRouter Start(PlanoContainerFactory containers, PlanoEmbeddedConfig config, PlanoForwarder forwarder) =>
        new(config, containers.Start(config), forwarder);

    /// <inheritdoc/>
    public async ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken)
    {
        var plan = new RoutePlan(request, response, Name, terms);
        var state = State;
        if (state.ServingAddress is not { } address)
            return NotServing(plan, state);
        var result = await _forwarder.ForwardAsync(plan, EndpointAt(address, state.TakesClientCredentials), Patience, cancellationToken);
        if (result.Failure is { Error.Status: StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout })
            _container.RequestCheck();
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private RouteResult NotServing(RoutePlan plan, PlanoContainerSnapshot state)
    {
        var starts = state.Status is PlanoContainerStatus.Pulling or PlanoContainerStatus.Starting;
        if (starts && _config.WhileStarting == WhileStarting.Unavailable)
            plan = plan with { Terms = RouteTerms.Alone };
        var kind = starts ? FailureKind.UpstreamUnavailable : state.FailedHealthCheck ? FailureKind.HealthCheckFailed : FailureKind.ContainerFailed;
        return RouteResult.Failed(plan, new RouteFailure(kind, new ClientError(
            StatusCodes.Status503ServiceUnavailable,
            $"the embedded Plano is not ready: its container is {PlanoMeters.NameOf(state.Status)} (GET /admin/plano says more)",
            kind.ToString()))
        {
            RetryAfter = state.Status switch
            {
                PlanoContainerStatus.Pulling => "10",
                PlanoContainerStatus.Degraded => "30",
                _ => "2",
            },
        });
    }

    // Every restart may bring another port. Two requests may describe it at the same time; the results are equal.
    private PlanoEndpoint EndpointAt(Uri address, bool takesCredentials)
    {
        var published = Volatile.Read(ref _published);
        if (published is not null && ReferenceEquals(published.Address, address))
            return published.Endpoint;
        published = new Published(address, new PlanoEndpoint(address, apiKey: null, takesCredentials));
        Volatile.Write(ref _published, published);
        return published.Endpoint;
    }

    private sealed record Published(Uri Address, PlanoEndpoint Endpoint);
}
