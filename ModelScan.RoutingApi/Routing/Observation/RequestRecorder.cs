using ModelScan.RoutingApi.Decisions;
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
    public void Ended(RouteResult result, ClientResponse response)
    {
        var kind = result.Plan.Request.Kind;
        if (kind == RequestKind.ModelList)
            return;
        var cost = pricing.Of(result);
        if (kind is RequestKind.Answer or RequestKind.TokenCount or RequestKind.Compaction or RequestKind.Door)
            Tell(result, response, cost);
        if (log.IsOn)
            log.Add(records.Of(result, response, cost), null);
    }

    /// <summary>A decision was made for a client that asked for no more.</summary>
    public void Decided(ClientRequest request, RouteDecision decision)
    {
        if (log.IsOn)
            log.Add(records.Of(request, decision), null);
    }

    /// <summary>A request was refused before anybody could look at what it asks.</summary>
    public void Refused(RequestId id, ApiFormat format, RequestKind kind, IHeaderDictionary headers, string mode, ClientError error, TimeSpan duration)
    {
        if (log.IsOn)
            log.Add(records.Refused(id, format, kind, headers, mode, error, duration), null);
    }

    private void Tell(RouteResult result, ClientResponse response, CostRecord cost)
    {
        var status = RequestRecords.StatusOf(result, response);
        var plan = result.Plan;
        var route = new KeyValuePair<string, object?>(TelemetryNames.Route, plan.Route ?? "none");
        meters.Requests.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Mode, plan.Mode), route, new("status_class", StatusClass.Of(status)));
        if (cost.State == CostState.Priced)
            meters.RequestCost.Add(cost.Total, route, new(TelemetryNames.Provider, result.Target!.Api.TelemetryName), new(TelemetryNames.RequestModel, result.Target.ModelId));
        if (!_logger.IsEnabled(LogLevel.Information))
            return;
        var line = new RequestLine(
            status, plan.Mode, plan.Route ?? "none", Why(result), result.Target?.Name ?? "none", result.Target?.Config.Provider ?? "none", result.AttemptCount,
            result.Usage?.Input, result.Usage?.Output, cost.State == CostState.Priced ? cost.Total : null, result.TimeToFirstByte is { } first ? Math.Round(first.TotalMilliseconds, 1) : null,
            Math.Round(result.Duration.TotalMilliseconds, 1), plan.Request.Id.ToString());
        _logger.Log(LogLevel.Information, default, line, null, static (line, _) => line.ToString());
    }

    private static string Why(RouteResult result) =>
        result.Failure is { } failure ? failure.Error.Code
        : result.Plan.Terms.FallbackReason is { } reason ? $"fallback: {reason}"
        : result.Plan.Decision is { } decision ? decision.Route is null ? $"no route matched ({decision.DecidedBy})" : decision.Reason is { } why ? $"{decision.DecidedBy}: {why}" : decision.DecidedBy
        : "requested";
}
