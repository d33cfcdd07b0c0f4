using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>What the gateway can answer itself and a Plano answers in the modes that leave the deciding to it.</summary>
internal sealed class PlanoAnswers(RouterSwitch routers, ModelDirectories models, TimeProvider time)
{
    /// <summary>Lets Plano answer, where the mode wants that.</summary>
    /// <param name="context">The request, its body read already.</param>
    /// <param name="format">The client's format.</param>
    /// <param name="kind"><see cref="RequestKind.Decision"/> or <see cref="RequestKind.ModelList"/>.</param>
    /// <param name="body">The request's body; <see langword="null"/> for none.</param>
    /// <param name="snapshot">The configuration in force.</param>
    /// <returns>Whether the client has its answer; if not, the gateway is to answer itself, a fallback being noted in the headers.</returns>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public async ValueTask<bool> TryAsync(HttpContext context, ApiFormat format, RequestKind kind, ClientBody? body, DecisionSnapshot snapshot)
    {
        using var lease = RequestedMode.Enter(routers, context.Request.Headers, snapshot);
        if (!lease.Router.AsksPlano)
            return false;
        var exchange = new ProxyExchange(context, format, body?.Bytes ?? default, snapshot, models.For(snapshot), time.GetTimestamp(), ProxyHeaders.Write) { Kind = kind };
        var error = await lease.Router.RouteAsync(exchange, context.RequestAborted);
        ProxyTelemetry.Describe(exchange);
        if (exchange.IsBodyAbandoned)
            body?.Abandon();
        if (error is null)
            return true;
        if (exchange.FallbackReason is { } reason)
        {
            context.Response.Headers[ResponseHeaders.Fallback] = ResponseHeaders.Encode(reason);
            return false;
        }

        await ProxyEndpoints.RefuseAsync(exchange, error);
        return true;
    }
}
