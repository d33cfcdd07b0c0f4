using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Guards;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Observation;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>POST /routing/v1/{chat/completions,messages,responses}</c>: which models should answer this request, without asking them. In the
/// modes in which a Plano decides, it is the one to say.
/// </summary>
internal sealed class DecisionEndpoints(CurrentSnapshot current, RequestPipeline pipeline, DecisionEngine engine, GuardStage guards, ProxyMeters meters, RequestRecorder recorder, MemoryBudget budget, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var format in ApiFormats.OfClients)
            routes.MapPost($"/routing/v1/{format.Suffix()}", context => AnswerAsync(context, format)).WithMetadata(MayStay.OnSocketThreads);
    }

    private async Task AnswerAsync(HttpContext context, ApiFormat format)
    {
        var snapshot = current.Value;
        using var reading = await ClientBody.ReadAsync(context.Request, snapshot.Config.MaxRequestBodyBytes, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await ErrorResponse.WriteAsync(context, format, reading.Refusal!);
            return;
        }

        var request = new ClientRequest(format, RequestKind.Decision, body, context.Request.Headers, snapshot, time, time.GetTimestamp()) { Query = context.Request.QueryString.Value, Caller = KeyGuard.CallerOf(context, snapshot) };
        request = await pipeline.GovernAsync(request, context.RequestAborted);
        try
        {
            if (request.Allowance?.Refusal is { } refusal)
                await RefuseAsync(context, request, refusal);
            else if (!await PlanoAnswer.TryAsync(pipeline, request, context))
                await (guards.Concerns(request) ? DecideGuardedAsync(context, request) : DecideAsync(context, request));
        }
        finally
        {
            request.Allowance?.Settle(null);
        }
    }

    private static Task RefuseAsync(HttpContext context, ClientRequest request, RouteFailure refusal)
    {
        var headers = context.Response.Headers;
        headers[ResponseHeaders.RequestId] = request.Id.ToString();
        headers[ResponseHeaders.TraceId] = request.TraceId;
        request.Allowance!.WriteHeaders(headers, request.Format);
        if (refusal.RetryAfter is { } retryAfter)
            headers.RetryAfter = retryAfter;
        return ErrorResponse.WriteAsync(context, request.Format, refusal.Error);
    }

    // A router model is asked with the conversation: it sees no more than a provider would.
    private async Task DecideGuardedAsync(HttpContext context, ClientRequest request)
    {
        var trail = new GuardTrail();
        try
        {
            using var guarded = await guards.GuardAsync(request, trail, context.RequestAborted);
            context.Response.Headers[GuardStage.Header] = trail.ToString();
            await DecideAsync(context, guarded.Request);
        }
        catch (GuardRefusedException exception)
        {
            context.Response.Headers[GuardStage.Header] = trail.ToString();
            await ErrorResponse.WriteAsync(context, request.Format, exception.Error);
        }
    }

    private async Task DecideAsync(HttpContext context, ClientRequest request)
    {
        var snapshot = request.Snapshot;
        var decision = await DecideAsync(snapshot.Decisions, Read(request, WantsExplanation(context.Request)), context.RequestAborted);
        var traceId = request.TraceId;
        var response = context.Response;
        response.Headers[ResponseHeaders.Mode] = "policy";
        if (decision.Route is not null)
            response.Headers[ResponseHeaders.Route] = ResponseHeaders.Encode(decision.Route);
        response.Headers[ResponseHeaders.Model] = ResponseHeaders.Encode(DecisionResponse.FirstModel(decision));
        response.Headers[ResponseHeaders.DecidedBy] = decision.DecidedBy;
        response.Headers[ResponseHeaders.RequestId] = request.Id.ToString();
        response.Headers[ResponseHeaders.TraceId] = traceId;
        request.Allowance?.WriteHeaders(response.Headers, request.Format);
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, WireJson.Options);
        DecisionResponse.Write(writer, decision, traceId, time.GetUtcNow(), snapshot.Loaded.Hash);
        await writer.FlushAsync(context.RequestAborted);
        recorder.Decided(request, decision, recorder.InputOf(request));
    }

    private async ValueTask<RouteDecision> DecideAsync(DecisionSnapshot snapshot, DecisionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var decision = await engine.DecideAsync(snapshot, request, cancellationToken);
            Count(decision.ClassifierFailed ? "policy_error" : decision.Models.Count > 0 ? "decision_served" : "no_candidates");
            return decision;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            Count("policy_error");
            throw;
        }
    }

    // The three outcomes that Plano has.
    private void Count(string outcome) => meters.RoutingService.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static DecisionRequest Read(ClientRequest request, bool explain)
    {
        var read = RequestReader.Read(request.Format, request.Body);
        var inlineRoutes = InlineRoutes.Read(read.InlineRoutes, read.InlinePolicy, request.Snapshot.Config.InlineRoutes, out var note);
        return new DecisionRequest(read.Facts, inlineRoutes, note, DecisionRequests.SessionOf(request), explain)
        {
            Lacks = name => Lack(request, name),
            Agent = DecisionRequests.AgentOf(request, read.Facts),
            LeaveOut = DecisionRequests.LeaveOut(request),
        };
    }

    private static string? Lack(ClientRequest request, string model) =>
        request.Snapshot.Models.Find(model) is { Api.IsGateway: false } target ? Fitness.Of(request.Format, request.Body.Span, target.Capabilities)?.Reason : null;

    private static bool WantsExplanation(HttpRequest request) => IsYes(request.Headers[ResponseHeaders.Explain]) || IsYes(request.Query["explain"]);

    private static bool IsYes(string? value) => value is "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
