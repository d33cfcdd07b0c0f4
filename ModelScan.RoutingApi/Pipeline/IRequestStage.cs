namespace ModelScan.RoutingApi.Pipeline;

/// <summary>Goes on with a request.</summary>
internal delegate ValueTask<RouteResult> RouteNext(ClientRequest request, ClientResponse response);

/// <summary>
/// Stands between a request and the router that answers it: it may change both, answer itself, or refuse. Registered once, in the order from
/// the client to the router. Thread-safe.
/// </summary>
internal interface IRequestStage
{
    /// <summary>Whether it has anything to do for a request; one that nothing concerns costs this question.</summary>
    bool Concerns(ClientRequest request);

    /// <summary>Does it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Where its answer goes.</param>
    /// <param name="mode">The mode that will answer.</param>
    /// <param name="next">What comes behind; called at most once.</param>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response, string mode, RouteNext next);
}
