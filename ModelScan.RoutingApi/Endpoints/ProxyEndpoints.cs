using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Endpoints.WebConsole;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>POST /v1/{chat/completions,messages,responses}</c>: the request is answered by a model, and <c>/v1/messages/count_tokens</c>:
/// its tokens are counted by the model's provider, or estimated where that does not count.
/// </summary>
internal sealed class ProxyEndpoints(CurrentSnapshot current, RequestPipeline pipeline, IRouterSource routers, MemoryBudget budget, TimeProvider time, RequestRecorder recorder)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var format in ApiFormats.OfClients)
            routes.MapPost($"/v1/{format.Suffix()}", context => AnswerAsync(context, format, RequestKind.Answer)).WithMetadata(MayStay.OnSocketThreads);
        routes.MapPost("/v1/messages/count_tokens", context => AnswerAsync(context, ApiFormat.Messages, RequestKind.TokenCount));
        routes.MapPost("/v1/responses/compact", context => AnswerAsync(context, ApiFormat.Responses, RequestKind.Compaction));
    }

    private async Task AnswerAsync(HttpContext context, ApiFormat format, RequestKind kind)
    {
        var started = time.GetTimestamp();
        var snapshot = current.Value;
        using var reading = await ClientBody.ReadAsync(context.Request, snapshot.Config.MaxRequestBodyBytes, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await RefuseAsync(context, format, kind, reading.Refusal!, started);
            return;
        }

        ClientRequest request;
        try
        {
            request = new ClientRequest(format, kind, body, context.Request.Headers, snapshot, time, started) { Query = context.Request.QueryString.Value, Caller = KeyGuard.CallerOf(context, snapshot), MayChooseMode = InnerRequests.Is(context) };
        }
        catch (InvalidRequestException exception)
        {
            await RefuseAsync(context, format, kind, ClientError.InvalidRequest(exception), started);
            return;
        }

        var response = new HttpClientResponse(context);
        var result = await pipeline.RunAsync(request, response);
        await response.EndAsync(result);
    }

    private async Task RefuseAsync(HttpContext context, ApiFormat format, RequestKind kind, ClientError error, long started)
    {
        var id = RequestId.Create(time.GetUtcNow());
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, id);
        await ErrorResponse.WriteAsync(context, format, error);
        recorder.Refused(id, format, kind, context.Request.Headers, routers.ModeInForce, error, time.GetElapsedTime(started));
    }
}
