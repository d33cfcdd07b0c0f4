using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// The one way in, for HTTP, for the answers of a Plano and for programs that hold the gateway as a library:
/// <list type="number">
/// <item>what it may do is asked (<see cref="IRequestGovernor"/>), and settled when it is over;</item>
/// <item>the turns before a Responses request are found, where they are kept here, and its own is kept (<see cref="ResponseTurns"/>);</item>
/// <item>the router of the mode in force, or of the mode that the request asks for, is held to the request's end;</item>
/// <item>what stands before it (<see cref="IRequestStage"/>: guards, the cache of answers) may change the request and its answer, or answer itself;</item>
/// <item>it decides, asks models, and brings the answer to the client;</item>
/// <item>what came of it is a <see cref="RouteResult"/>; a failure is in it, not thrown, and still has to be told to the client;</item>
/// <item>whoever observes requests is told.</item>
/// </list>
/// </summary>
internal sealed class RequestPipeline(IRouterSource routers, ResponseTurns turns, IRequestGovernor governor, IRequestObserver observer, IEnumerable<IRequestStage> stages)
{
    private readonly IRequestStage[] _stages = [.. stages];

    /// <summary>Lets the mode answer.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response)
    {
        request = await GovernAsync(request, response.ClientLeft);
        var capture = observer.Begins(request, response);
        try
        {
            if (request.Allowance?.Refusal is { } refusal)
                return Ended(Failed(request, response, refusal), response, capture);
            using var lease = routers.Enter(request);
            return Ended(await RouteTurnAsync(lease.Router, request, response), response, capture);
        }
        catch (Exception exception) when (End(exception, request, response, capture) is { } result)
        {
            return result;
        }
    }

    /// <summary>Lets <paramref name="router"/> answer, whichever mode is in force.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<RouteResult> RunAsync(IRouter router, ClientRequest request, ClientResponse response)
    {
        request = await GovernAsync(request, response.ClientLeft);
        var capture = observer.Begins(request, response);
        try
        {
            if (request.Allowance?.Refusal is { } refusal)
                return Ended(Failed(request, response, refusal), response, capture);
            return Ended(await RouteTurnAsync(router, request, response), response, capture);
        }
        catch (Exception exception) when (End(exception, request, response, capture) is { } result)
        {
            return result;
        }
    }

    /// <summary>Lets a Plano answer what the gateway can answer itself, where the mode leaves that to one.</summary>
    /// <returns><see langword="null"/> where it does not.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<RouteResult?> AskPlanoAsync(ClientRequest request, ClientResponse response)
    {
        RequestCapture? capture = null;
        try
        {
            using var lease = routers.Enter(request);
            if (!lease.Router.AsksPlano)
                return null;
            request = await GovernAsync(request, response.ClientLeft);
            capture = observer.Begins(request, response);
            if (request.Allowance?.Refusal is { } refusal)
                return Ended(Failed(request, response, refusal), response, capture);
            var result = await RouteAsync(lease.Router, request, response);

            // What falls back is answered, and then told, by the gateway itself.
            return result is { Failure: not null, Plan.Terms.FallbackReason: not null } ? result : Ended(result, response, capture);
        }
        catch (InvalidRequestException exception) when (!response.HasBegun)
        {
            return Ended(Refused(request, response, exception), response, capture);
        }
    }

    /// <summary>Asks what a request may do, where that has not been asked yet.</summary>
    /// <returns>The request, knowing it.</returns>
    public ValueTask<ClientRequest> GovernAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        if (request.Allowance is not null)
            return ValueTask.FromResult(request);
        var allowance = governor.BeginAsync(request, cancellationToken);
        return allowance.IsCompletedSuccessfully ? ValueTask.FromResult(With(request, allowance.Result)) : WaitAsync(request, allowance);

        static async ValueTask<ClientRequest> WaitAsync(ClientRequest request, ValueTask<RequestAllowance?> allowance) => With(request, await allowance);

        static ClientRequest With(ClientRequest request, RequestAllowance? allowance) => allowance is null ? request : new ClientRequest(request) { Allowance = allowance };
    }

    // An answer that is kept has been handed over when the client sees its end.
    private ValueTask<RouteResult> RouteTurnAsync(IRouter router, ClientRequest request, ClientResponse response) =>
        turns.Concerns(request) ? KeepAsync(router, request, response) : RouteAsync(router, request, response);

    // Turns are read from a database, and may be long.
    private ValueTask<RouteResult> KeepAsync(IRouter router, ClientRequest request, ClientResponse response) =>
        SocketThreads.AwayAsync(() => RouteKeptTurnAsync(router, request, response));

    private async ValueTask<RouteResult> RouteKeptTurnAsync(IRouter router, ClientRequest request, ClientResponse response)
    {
        var (joined, kept) = await turns.BeginAsync(request, response);
        using (kept)
        {
            var result = await RouteAsync(router, joined, kept ?? response);
            kept?.Complete();
            return result;
        }
    }

    private ValueTask<RouteResult> RouteAsync(IRouter router, ClientRequest request, ClientResponse response) => RouteFromAsync(0, router, request, response);

    private ValueTask<RouteResult> RouteFromAsync(int stage, IRouter router, ClientRequest request, ClientResponse response)
    {
        for (var i = stage; i < _stages.Length; i++)
        {
            if (_stages[i].Concerns(request))
                return RunStageAsync(i, router, request, response);
        }

        return router.RouteAsync(request, response, RouteTerms.Alone, response.ClientLeft);
    }

    // Apart, because what it captures is allocated where it begins.
    private ValueTask<RouteResult> RunStageAsync(int stage, IRouter router, ClientRequest request, ClientResponse response) =>
        _stages[stage].RunAsync(request, response, router.Name, (changed, answer) => RouteFromAsync(stage + 1, router, changed, answer));

    private RouteResult Ended(RouteResult result, ClientResponse response, RequestCapture? capture)
    {
        result.Plan.Request.Allowance?.Settle(result);
        observer.Ended(result, response, capture);
        return result;
    }

    // Null of what whoever calls is told by the exception itself; nobody else would be.
    private RouteResult? End(Exception exception, ClientRequest request, ClientResponse response, RequestCapture? capture)
    {
        if (exception is InvalidRequestException invalid && !response.HasBegun)
            return Ended(Refused(request, response, invalid), response, capture);
        if (exception is MemoryBudgetException or OutOfMemoryException && !response.HasBegun)
            return Ended(Failed(request, response, new RouteFailure(FailureKind.Overloaded, ClientError.Busy(exception as MemoryBudgetException ?? new MemoryBudgetException()))), response, capture);
        Ended(Broken(request, response, exception), response, capture);
        return null;
    }

    private RouteResult Refused(ClientRequest request, ClientResponse response, InvalidRequestException exception) =>
        Failed(request, response, new RouteFailure(FailureKind.InvalidRequest, ClientError.InvalidRequest(exception)));

    private RouteResult Broken(ClientRequest request, ClientResponse response, Exception exception) =>
        Failed(request, response, new RouteFailure(exception is OperationCanceledException ? FailureKind.ClientLeft : FailureKind.Internal, ClientError.Internal()));

    private RouteResult Failed(ClientRequest request, ClientResponse response, RouteFailure failure) =>
        new(new RoutePlan(request, response, routers.ModeInForce, RouteTerms.Alone), [], failure);
}
