namespace ModelScan.RoutingApi.Pipeline;

/// <summary>Is told of every request, whatever comes of it.</summary>
internal interface IRequestObserver
{
    /// <summary>A request begins.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="response">Where its answer goes.</param>
    /// <returns>What is to be kept of what is said; <see langword="null"/> for nothing.</returns>
    RequestCapture? Begins(ClientRequest request, ClientResponse response);

    /// <summary>A request is over. Called once for each, before a failure is told to the client.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="response">Where its answer went.</param>
    /// <param name="capture">What <see cref="Begins"/> gave.</param>
    void Ended(RouteResult result, ClientResponse response, RequestCapture? capture);
}
