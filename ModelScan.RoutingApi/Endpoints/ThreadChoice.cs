using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Says of an endpoint that small requests of it may be answered where they arrive (<see cref="SocketThreads"/>).</summary>
internal sealed class MayStay
{
    /// <summary>To be put on the endpoint.</summary>
    public static MayStay OnSocketThreads { get; } = new();
}

/// <summary>
/// Chooses where a request is answered: upon the thread that its socket belongs to where there is little to do for it, else upon the
/// thread pool. Little is to do for a small request to a model that nothing is looked for in.
/// </summary>
internal sealed class ThreadChoice(CurrentSnapshot current)
{
    /// <summary>Goes on where it is to be answered; behind routing.</summary>
    public Task ChooseAsync(HttpContext context, RequestDelegate next) =>
        MayStayHere(context) ? next(context) : LeaveAsync(context, next);

    // Apart, because what it captures is allocated where it begins.
    private static Task LeaveAsync(HttpContext context, RequestDelegate next) => SocketThreads.AwayAsync(() => next(context));

    private bool MayStayHere(HttpContext context) =>
        context.Request is { ContentLength: <= SocketThreads.Few, Headers.ContentEncoding.Count: 0 }
        && context.GetEndpoint()?.Metadata.GetMetadata<MayStay>() is not null
        && !current.Value.Config.Guards.IsOn;
}
