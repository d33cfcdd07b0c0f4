using System.Globalization;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Says on every answer what the gateway did with the request.</summary>
internal static class ProxyHeaders
{
    // Enough for every field that a format has, or for every candidate; headers beyond 8 KB are refused by proxies.
    private const int LongestDropped = 2048;

    // A client's own words may be part of a name.
    private const int LongestName = 200;

    /// <summary>Writes what is known of a request when its answer begins.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="head">What is known.</param>
    public static void Write(IHeaderDictionary headers, in AnswerHead head)
    {
        var plan = head.Plan;
        headers[ResponseHeaders.Mode] = plan.Mode;
        headers[ResponseHeaders.RequestId] = plan.Request.Id.ToString();
        headers[ResponseHeaders.TraceId] = plan.Request.TraceId;
        headers[ResponseHeaders.Attempts] = head.Attempts.ToString(CultureInfo.InvariantCulture);
        if (plan.Terms.FallbackReason is { } reason)
            headers[ResponseHeaders.Fallback] = ResponseHeaders.Encode(reason);
        if (plan.Route is { } route)
            headers[ResponseHeaders.Route] = ResponseHeaders.Encode(route);
        if (plan.Decision is { } decision)
            headers[ResponseHeaders.DecidedBy] = decision.DecidedBy;
        if (head.Target is { } target)
        {
            if (!target.Api.IsGateway)
                headers[ResponseHeaders.Model] = ResponseHeaders.Encode(target.Name);
            else if (!headers.ContainsKey(ResponseHeaders.Model) && target.ModelId != PlanoEndpoint.NoModel)
                headers[ResponseHeaders.Model] = ResponseHeaders.Encode(target.ModelId); // a Plano need not say what it made of it
            headers[ResponseHeaders.Provider] = ResponseHeaders.Encode(target.Config.Provider);
        }

        if (head.IsEstimated)
            headers[ResponseHeaders.Estimated] = "true";
        if (head.Dropped.Count > 0)
            headers[ResponseHeaders.Dropped] = Joined(head.Dropped);
        if (plan.PassedOver.Count > 0)
            headers[ResponseHeaders.PassedOver] = Joined([.. plan.PassedOver.Select(candidate => $"{candidate.Target.Name} ({candidate.Reason})")]);
        plan.Request.Allowance?.WriteHeaders(headers, plan.Request.Format);
    }

    /// <summary>Writes what can be said of a request that could not be read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="mode">The mode in force.</param>
    /// <param name="id">The request's name.</param>
    public static void WriteUnrouted(HttpContext context, string mode, RequestId id)
    {
        var headers = context.Response.Headers;
        headers[ResponseHeaders.Mode] = mode;
        headers[ResponseHeaders.RequestId] = id.ToString();
        headers[ResponseHeaders.TraceId] = ClientRequest.TraceOf(context.Request.Headers, id);
        headers[ResponseHeaders.Attempts] = "0";
    }

    private static string Joined(IReadOnlyList<string> names)
    {
        var joined = string.Join(", ", names.Select(name => ResponseHeaders.Encode(name.Length <= LongestName ? name : name[..LongestName])));
        return joined.Length <= LongestDropped ? joined : $"{joined.AsSpan(0, joined.LastIndexOf(',', LongestDropped))}, ...";
    }
}
