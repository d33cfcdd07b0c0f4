using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing;

/// <summary>One way of reaching models (<c>routing.mode</c>). Thread-safe.</summary>
internal interface IRouter
{
    /// <summary>The mode's name in configuration and in <c>x-modelscan-mode</c>.</summary>
    string Name { get; }

    /// <summary>Answers a request.</summary>
    /// <returns>
    /// <see langword="null"/> when the client has its answer, be it a provider's error; else why there is none. In the second case
    /// nothing has been sent to the client, so that another router may try.
    /// </returns>
    /// <exception cref="InvalidRequestException">The request is wrong, whoever answers it.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken);
}
