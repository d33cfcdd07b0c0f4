namespace ModelScan.RoutingApi.Pipeline;

/// <summary>Is told of every request when it is over, whatever came of it.</summary>
internal interface IRequestObserver
{
    /// <summary>A request is over. Called once for each, before a failure is told to the client.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="response">Where its answer went.</param>
    void Ended(RouteResult result, ClientResponse response);
}
