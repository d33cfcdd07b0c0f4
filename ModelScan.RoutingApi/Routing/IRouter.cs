using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// One way of reaching models (<c>routing.mode</c>). Thread-safe. Disposing it frees what the mode holds (connections of its own,
/// a container); <see cref="RouterSwitch"/> does so when the last request that it serves has ended.
/// </summary>
internal interface IRouter : IAsyncDisposable
{
    /// <summary>The mode's name in configuration and in <c>x-modelscan-mode</c>.</summary>
    string Name { get; }

    /// <summary>Whether a Plano decides in this mode: then it also answers the decision endpoints and lists the models.</summary>
    bool AsksPlano => false;

    /// <summary>Answers a request.</summary>
    /// <returns>
    /// <see langword="null"/> when the client has its answer, be it a provider's error; else why there is none. In the second case
    /// nothing has been sent to the client, so that another router may try.
    /// </returns>
    /// <exception cref="InvalidRequestException">The request is wrong, whoever answers it.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken);
}
