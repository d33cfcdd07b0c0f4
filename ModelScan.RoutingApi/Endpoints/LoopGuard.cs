using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Refuses requests that go round in circles between gateways, with 508 in the client's dialect.</summary>
internal sealed class LoopGuard(HopTrail trail, IRouterSource routers, TimeProvider time)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.TryGetValue(HopTrail.HeaderName, out var passed) ? ContinueAsync(context, next, passed.ToString()) : next(context);

    // A method of its own: what is noted of the request's way holds until it ends, and for nobody else.
    private async Task ContinueAsync(HttpContext context, RequestDelegate next, string passed)
    {
        if (trail.Continue(passed) is not { } loop)
        {
            await next(context);
            return;
        }

        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        await ErrorResponse.WriteAsync(context, ApiFormats.Guess(context.Request.Path), loop);
    }
}
