using Microsoft.Extensions.Primitives;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes of a client's request what the decision engine is asked.</summary>
internal static class DecisionRequests
{
    /// <summary>Reads the whole conversation, routes that came with it and the headers that concern sessions.</summary>
    /// <exception cref="InvalidRequestException">The body is not a request of the client's format.</exception>
    public static DecisionRequest Read(ProxyExchange exchange)
    {
        var read = RequestReader.Read(exchange.Format, exchange.Body);
        var inlineRoutes = InlineRoutes.Read(read.InlineRoutes, read.InlinePolicy, out var note);
        var headers = exchange.Http.Request.Headers;
        var tenantHeader = exchange.Snapshot.Config.Session.TenantHeader;
        var session = new SessionHeaders(
            Text(headers[SessionHeaders.AffinityName]),
            tenantHeader is { Length: > 0 } ? Text(headers[tenantHeader]) : null,
            Text(headers[SessionHeaders.CacheName]),
            Text(headers[SessionHeaders.MaxSwitchSpendPctName]));

        // "none" and the absence of a model are one and the same.
        return new DecisionRequest(read.Facts with { Model = exchange.Envelope.Model }, inlineRoutes, note, session, Explain: false);
    }

    private static string? Text(StringValues value) => value.Count == 0 ? null : value.ToString();
}
