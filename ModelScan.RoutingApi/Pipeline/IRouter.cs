namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// One way of reaching models (<c>routing.mode</c>). Thread-safe. Disposing it frees what the mode holds (connections of its own,
/// a container), which happens when the last request that it serves has ended.
/// </summary>
internal interface IRouter : IAsyncDisposable
{
    /// <summary>The mode's name in configuration and in <c>x-modelscan-mode</c>.</summary>
    string Name { get; }

    /// <summary>Whether a Plano decides in this mode: then it also answers the decision endpoints and lists the models.</summary>
    bool AsksPlano => false;

    /// <summary>Answers a request.</summary>
    /// <returns>
    /// What came of it. Where there is a <see cref="RouteResult.Failure"/> nothing has been sent to the client, so that another router
    /// may try.
    /// </returns>
    /// <exception cref="InvalidRequestException">The request is wrong, whoever answers it.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken);
}

/// <summary>Knows which router serves a request.</summary>
internal interface IRouterSource
{
    /// <summary>The name of the mode in force.</summary>
    string ModeInForce { get; }

    /// <summary>The router for <paramref name="request"/>, held until the lease is disposed.</summary>
    /// <exception cref="InvalidRequestException">The client asks for a mode that it may not choose, or that is not there.</exception>
    RouterLease Enter(ClientRequest request);
}
