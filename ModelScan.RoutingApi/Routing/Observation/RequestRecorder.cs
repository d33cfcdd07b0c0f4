using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Routing.Records;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>
/// Says of each request, when it is over, what became of it: one line in the log, in the category <see cref="RequestConsole.Category"/>, its route and
/// cost in the meters, and a record in the log of requests. While the category's level is off, the line costs one comparison; so does the record
/// while nobody wants one.
/// </summary>
internal sealed class RequestRecorder(ProxyMeters meters, RequestPricing pricing, RequestRecords records, RequestLogWriter log, ILoggerFactory loggers) : IRequestObserver
{
    private readonly ILogger _logger = loggers.CreateLogger(RequestConsole.Category);

    /// <inheritdoc/>
    public RequestCapture? Begins(ClientRequest request, ClientResponse response) => log.IsOn ? BodyCapture.Begin(request, response, log.Config) : null;

    /// <inheritdoc/>
    public void Ended(RouteResult result, ClientResponse response, RequestCapture? capture)
    {
        var kind = result.Plan.Request.Kind;
        if (kind == RequestKind.ModelList)
            return;
        var cost = pricing.Of(result);
        if (kind is RequestKind.Answer or RequestKind.TokenCount or RequestKind.Compaction or RequestKind.Door)
            Tell(result, response, cost);
        if (log.IsOn)
            Add(records.Of(result, response, cost), capture, result.Plan.Request, response);
    }

    /// <summary>A decision was made for a client that asked for no more.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="input">What the decision was made on, where that is to be kept.</param>
    public void Decided(ClientRequest request, RouteDecision decision, string? input)
    {
        if (log.IsOn)
            log.Add(records.Of(request, decision) with { HasInput = input is not null }, input is null ? null : new RequestBody(request.Id) { Input = input });
    }

    /// <summary>A request was refused before anybody could look at what it asks.</summary>
    public void Refused(RequestId id, ApiFormat format, RequestKind kind, IHeaderDictionary headers, string mode, ClientError error, TimeSpan duration)
    {
        if (log.IsOn)
            log.Add(records.Refused(id, format, kind, headers, mode, error, duration), null);
    }

    /// <summary>What a decision is made on, where that is to be kept; to be asked while the request's body is there.</summary>
    public string? InputOf(ClientRequest request) => log.IsOn ? BodyCapture.InputOf(request, log.Config) : null;

    private void Add(RequestRecord record, RequestCapture? capture, ClientRequest request, ClientResponse response)
    {
        if (BodyCapture.End(capture, request, response, log.Config, record.State) is { } body)
            log.Add(record with { HasBody = body.Request is not null, HasInput = body.Input is not null }, body);
        else
            log.Add(record, null);
    }

    private void Tell(RouteResult result, ClientResponse response, CostRecord cost)
    {
        var status = RequestRecords.StatusOf(result, response);
        var plan = result.Plan;
        var route = new KeyValuePair<string, object?>(TelemetryNames.Route, RouteLabel(plan));
        meters.Requests.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Mode, plan.Mode), route, new("status_class", StatusClass.Of(status)));
        if (cost.State == CostState.Priced)
            meters.RequestCost.Add(cost.Total, route, new(TelemetryNames.Provider, result.Target!.Api.TelemetryName), new(TelemetryNames.RequestModel, meters.Models.IdOf(result.Target)));
        if (!_logger.IsEnabled(LogLevel.Information))
            return;
        var line = new RequestLine(
            status, plan.Mode, plan.Route ?? "none", Why(result), result.Target?.Name ?? "none", result.Target?.Config.Provider ?? "none", result.AttemptCount,
            result.Usage?.Input, result.Usage?.Output, cost.State == CostState.Priced ? cost.Total : null, result.TimeToFirstByte is { } first ? Math.Round(first.TotalMilliseconds, 1) : null,
            Math.Round(result.Duration.TotalMilliseconds, 1), plan.Request.Id.ToString());
        _logger.Log(LogLevel.Information, default, line, null, static (line, _) => line.ToString());
    }

    // Routes that a client brings along are called by names of its own.
    private static string RouteLabel(RoutePlan plan) =>
        plan.Route is not { } route ? "none" : plan.Decision is { DecidedBy: not (SubagentRules.Name or VirtualModelNames.Provider) } && plan.Request.Snapshot.Decisions.Routes.Find(route) is null ? "inline" : route;

    private static string Why(RouteResult result) =>
        result.Failure is { } failure ? failure.Error.Code
        : result.Plan.Terms.FallbackReason is { } reason ? $"fallback: {reason}"
        : result.Plan.Decision is { } decision ? decision.Route is null ? $"no route matched ({decision.DecidedBy})" : decision.Reason is { } why ? $"{decision.DecidedBy}: {why}" : decision.DecidedBy
        : "requested";
}
