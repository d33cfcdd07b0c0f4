using Microsoft.Extensions.Primitives;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Makes of a client's request what the decision engine is asked.</summary>
internal static class DecisionRequests
{
    /// <summary>
    /// Reads routes that came with the request and the headers that concern sessions. The conversation is read by whoever needs
    /// it, and refused then if it is none: where there is nothing to decide, the provider is the one to judge it.
    /// </summary>
    public static DecisionRequest Read(ClientRequest request)
    {
        var (envelope, body) = (request.Envelope, request.Body);
        var inlineRoutes = InlineRoutes.Read(body[envelope.InlineRoutes], body[envelope.InlinePolicy], request.Snapshot.Config.InlineRoutes, out var note);

        // "none" and the absence of a model are one and the same.
        var facts = new RequestFacts(envelope.Model, () => RequestReader.Read(request.Format, request.Whole).Facts);
        return new DecisionRequest(facts, inlineRoutes, note, SessionOf(request), Explain: false) { Agent = AgentOf(request, facts), LeaveOut = LeaveOut(request) };
    }

    /// <summary>Why candidates are left out of the request's decision; <see langword="null"/> where none is.</summary>
    public static Func<ModelTarget, CandidateRoute?, string?>? LeaveOut(ClientRequest request) => request.Allowance is { } allowance ? allowance.ReasonToLeaveOut : null;

    /// <summary>The request as rules see it; nothing of it is read until one of them asks.</summary>
    public static AgentRequest AgentOf(ClientRequest request, RequestFacts facts) => new(request.Format, request.Whole, facts, name => Text(request.Headers[name]));

    /// <summary>The headers that concern sessions.</summary>
    public static SessionHeaders SessionOf(ClientRequest request)
    {
        var headers = request.Headers;
        var tenantHeader = request.Snapshot.Config.Session.TenantHeader;
        return new SessionHeaders(
            Text(headers[SessionHeaders.AffinityName]),
            tenantHeader is { Length: > 0 } ? Text(headers[tenantHeader]) : null,
            Text(headers[SessionHeaders.CacheName]),
            Text(headers[SessionHeaders.MaxSwitchSpendPctName]),
            request.Snapshot.Config.Governance.HasKeys ? request.Caller?.Key?.Id ?? "" : null);
    }

    private static string? Text(StringValues value) => value.Count == 0 ? null : value.ToString();
}
