using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// The one way in, for HTTP, for the answers of a Plano and for programs that hold the gateway as a library:
/// <list type="number">
/// <item>the turns before a Responses request are found, where they are kept here, and its own is kept (<see cref="ResponseTurns"/>);</item>
/// <item>the router of the mode in force, or of the mode that the request asks for, is held to the request's end;</item>
/// <item>it decides, asks models, and brings the answer to the client;</item>
/// <item>what came of it is a <see cref="RouteResult"/>; a failure is in it, not thrown, and still has to be told to the client.</item>
/// </list>
/// </summary>
internal sealed class RequestPipeline(IRouterSource routers, ResponseTurns turns)
{
    /// <summary>Lets the mode answer.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response)
    {
        try
        {
            using var lease = routers.Enter(request);
            return turns.Concerns(request) ? await RunTurnAsync(lease.Router, request, response) : await RunAsync(lease.Router, request, response);
        }
        catch (InvalidRequestException exception) when (!response.HasBegun)
        {
            return Refused(request, response, exception);
        }
    }

    /// <summary>Lets a Plano answer what the gateway can answer itself, where the mode leaves that to one.</summary>
    /// <returns><see langword="null"/> where it does not.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<RouteResult?> AskPlanoAsync(ClientRequest request, ClientResponse response)
    {
        try
        {
            using var lease = routers.Enter(request);
            return lease.Router.AsksPlano ? await RunAsync(lease.Router, request, response) : null;
        }
        catch (InvalidRequestException exception) when (!response.HasBegun)
        {
            return Refused(request, response, exception);
        }
    }

    private async ValueTask<RouteResult> RunTurnAsync(IRouter router, ClientRequest request, ClientResponse response)
    {
        var (joined, kept) = await turns.BeginAsync(request, response);
        using (kept)
        {
            var result = await RunAsync(router, joined, kept ?? response);
            kept?.Complete();
            return result;
        }
    }

    private static ValueTask<RouteResult> RunAsync(IRouter router, ClientRequest request, ClientResponse response) =>
        router.RouteAsync(request, response, RouteTerms.Alone, response.ClientLeft);

    private RouteResult Refused(ClientRequest request, ClientResponse response, InvalidRequestException exception) =>
        new(new RoutePlan(request, response, routers.ModeInForce, RouteTerms.Alone), [], new RouteFailure(FailureKind.InvalidRequest, ClientError.InvalidRequest(exception)));
}
