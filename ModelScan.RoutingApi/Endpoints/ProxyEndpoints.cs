using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>POST /v1/{chat/completions,messages,responses}</c>: the request is answered by a model, and <c>/v1/messages/count_tokens</c>:
/// its tokens are counted by the model's provider, or estimated where that does not count.
/// </summary>
internal sealed class ProxyEndpoints(CurrentSnapshot current, ModelDirectories models, RouterSwitch routers, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var format in ApiFormats.OfClients)
            routes.MapPost($"/v1/{format.Suffix()}", context => AnswerAsync(context, format, RequestKind.Answer));
        routes.MapPost("/v1/messages/count_tokens", context => AnswerAsync(context, ApiFormat.Messages, RequestKind.TokenCount));
    }

    private async Task AnswerAsync(HttpContext context, ApiFormat format, RequestKind kind)
    {
        var started = time.GetTimestamp();
        var snapshot = current.Value;
        using var body = await ClientBody.ReadAsync(context.Request, snapshot.Config.MaxRequestBodyBytes);
        if (body is null)
        {
            ProxyHeaders.WriteUnrouted(context, routers.Mode);
            await ErrorResponse.WriteAsync(context, format, ClientError.BodyTooLarge(snapshot.Config.MaxRequestBodyBytes));
            return;
        }

        ProxyExchange? exchange = null;
        try
        {
            exchange = new ProxyExchange(context, format, body.Bytes, snapshot, models.For(snapshot), started, ProxyHeaders.Write) { BodyOwner = body, Kind = kind, Mode = RoutingModes.NameOf(routers.Mode) };
            using var lease = RequestedMode.Enter(routers, context.Request.Headers, snapshot);
            var error = await lease.Router.RouteAsync(exchange, context.RequestAborted);
            ProxyTelemetry.Describe(exchange);
            if (error is not null)
                await RefuseAsync(exchange, error);
        }
        catch (InvalidRequestException exception) when (!context.Response.HasStarted)
        {
            if (exchange is null)
                ProxyHeaders.WriteUnrouted(context, routers.Mode);
            else
                ProxyHeaders.Write(exchange);
            await ErrorResponse.WriteAsync(context, format, ClientError.InvalidRequest(exception));
        }
        finally
        {
            if (exchange is { IsBodyAbandoned: true })
                body.Abandon();
        }
    }

    /// <summary>Tells the client why there is no answer.</summary>
    public static async Task RefuseAsync(ProxyExchange exchange, ClientError error)
    {
        exchange.Begin(error.Status);
        if (exchange.RetryAfter is { } retryAfter)
            exchange.Response.Headers.RetryAfter = retryAfter;
        await ErrorResponse.WriteAsync(exchange.Http, exchange.Format, error);
    }
}
