using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Says on every answer what the gateway did with the request.</summary>
internal static class ProxyHeaders
{
    // Enough for every field that a format has; headers beyond 8 KB are refused by proxies.
    private const int LongestDropped = 2048;

    /// <summary>Writes what is known of the exchange when its answer begins.</summary>
    public static void Write(ProxyExchange exchange)
    {
        var headers = exchange.Response.Headers;
        headers[ResponseHeaders.Mode] = exchange.Mode;
        headers[ResponseHeaders.TraceId] = TraceId.Of(exchange.Http);
        headers[ResponseHeaders.Attempts] = exchange.Attempts.ToString(CultureInfo.InvariantCulture);
        if (exchange.FallbackReason is { } reason)
            headers[ResponseHeaders.Fallback] = ResponseHeaders.Encode(reason);
        if (exchange.Route is { } route)
            headers[ResponseHeaders.Route] = ResponseHeaders.Encode(route);
        if (exchange.Decision is { } decision)
            headers[ResponseHeaders.DecidedBy] = decision.DecidedBy;
        if (exchange.Target is { } target)
        {
            if (!target.Api.IsGateway)
                headers[ResponseHeaders.Model] = ResponseHeaders.Encode(target.Name);
            else if (!headers.ContainsKey(ResponseHeaders.Model) && target.ModelId != PlanoEndpoint.NoModel)
                headers[ResponseHeaders.Model] = ResponseHeaders.Encode(target.ModelId); // a Plano need not say what it made of it
            headers[ResponseHeaders.Provider] = ResponseHeaders.Encode(target.Config.Provider);
        }

        if (exchange.IsEstimated)
            headers[ResponseHeaders.Estimated] = "true";
        if (exchange.Dropped.Count > 0)
            headers[ResponseHeaders.Dropped] = Joined(exchange.Dropped);
    }

    /// <summary>Writes what can be said of a request that could not be read.</summary>
    public static void WriteUnrouted(HttpContext context, RoutingMode mode)
    {
        var headers = context.Response.Headers;
        headers[ResponseHeaders.Mode] = RoutingModes.NameOf(mode);
        headers[ResponseHeaders.TraceId] = TraceId.Of(context);
        headers[ResponseHeaders.Attempts] = "0";
    }

    private static string Joined(IReadOnlyList<string> names)
    {
        var joined = string.Join(", ", names.Select(ResponseHeaders.Encode));
        return joined.Length <= LongestDropped ? joined : $"{joined.AsSpan(0, joined.LastIndexOf(',', LongestDropped))}, ...";
    }
}
