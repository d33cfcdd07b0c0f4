using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Counts and times clients' requests by what they ask for, in Plano's words.</summary>
internal sealed class ProxyMeter(ProxyMeters meters, TimeProvider time)
{
    /// <summary>Observes one request; health checks, scrapes, the console and the admin API are not clients' requests.</summary>
    public async Task ObserveAsync(HttpContext context, RequestDelegate next)
    {
        if (HandlerOf(context.Request) is not { } name)
        {
            await next(context);
            return;
        }

        var handler = new KeyValuePair<string, object?>("handler", name);
        var started = time.GetTimestamp();
        meters.HttpInFlight.Add(1, handler);
        try
        {
            await next(context);
        }
        finally
        {
            meters.HttpInFlight.Add(-1, handler);
            meters.HttpDuration.Record(time.GetElapsedTime(started).TotalSeconds, handler);
            meters.HttpRequests.Add(1, handler, new("method", MethodOf(context.Request)), new("status_class", StatusClass.Of(context.Response.StatusCode)));
        }
    }

    private static string? HandlerOf(HttpRequest request)
    {
        // A WebSocket lasts for as long as its client likes: what it takes says nothing of requests.
        if (request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase))
            return null;
        var path = request.Path.Value ?? "";
        if (path.StartsWith("/routing/", StringComparison.OrdinalIgnoreCase))
            return "routing_decision";
        if (!path.StartsWith("/v1/", StringComparison.OrdinalIgnoreCase))
            return null;
        if (HttpMethods.IsOptions(request.Method))
            return "cors_preflight";
        return path.ToLowerInvariant() switch
        {
            "/v1/chat/completions" or "/v1/messages" or "/v1/responses" or "/v1/messages/count_tokens" => "llm_chat",
            var longer when longer.StartsWith("/v1/responses/", StringComparison.Ordinal) => "llm_chat",
            "/v1/models" => "list_models",
            var longer when longer.StartsWith("/v1/models/", StringComparison.Ordinal) => "list_models",
            var other => ProviderDoors.Find(other.Split('/')[2])?.Name() ?? "not_found",
        };
    }

    // Methods are free text on the wire.
    private static string MethodOf(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) ? "POST" : HttpMethods.IsGet(request.Method) ? "GET" : HttpMethods.IsOptions(request.Method) ? "OPTIONS" : "other";
}
