using Microsoft.Extensions.Primitives;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes of a client's request what the decision engine is asked.</summary>
internal static class DecisionRequests
{
    /// <summary>
    /// Reads routes that came with the request and the headers that concern sessions. The conversation is read by whoever needs
    /// it, and refused then if it is none: where there is nothing to decide, the provider is the one to judge it.
    /// </summary>
    public static DecisionRequest Read(ProxyExchange exchange)
    {
        var (envelope, body) = (exchange.Envelope, exchange.Body);
        var inlineRoutes = InlineRoutes.Read(body[envelope.InlineRoutes], body[envelope.InlinePolicy], out var note);
        var headers = exchange.Http.Request.Headers;
        var tenantHeader = exchange.Snapshot.Config.Session.TenantHeader;
        var session = new SessionHeaders(
            Text(headers[SessionHeaders.AffinityName]),
            tenantHeader is { Length: > 0 } ? Text(headers[tenantHeader]) : null,
            Text(headers[SessionHeaders.CacheName]),
            Text(headers[SessionHeaders.MaxSwitchSpendPctName]));

        // "none" and the absence of a model are one and the same.
        var facts = new RequestFacts(envelope.Model, () => RequestReader.Read(exchange.Format, exchange.Body).Facts);
        return new DecisionRequest(facts, inlineRoutes, note, session, Explain: false);
    }

    private static string? Text(StringValues value) => value.Count == 0 ? null : value.ToString();
}
