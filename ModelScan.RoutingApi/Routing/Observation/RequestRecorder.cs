using System.Globalization;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>
/// Says of each request, when it is over, what became of it: one line in the log, in the category <c>ModelScan.Requests</c>, and its route
/// and cost in the meters. While the category's level is off, the line costs one comparison.
/// </summary>
internal sealed partial class RequestRecorder(ProxyMeters meters, ModelMetricsRefresher metrics, ILoggerFactory loggers)
{
    /// <summary>The category by which the line is switched off, or turned into JSON.</summary>
    public const string Category = "ModelScan.Requests";

    // What Plano takes for a cached token where no price for it is published.
    private const double CacheReadDiscount = 0.1;
    private const int ClientLeft = 499;

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>Records a request.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="response">Where its answer went.</param>
    public void Record(RouteResult result, ClientResponse response)
    {
        var status = response.ClientLeft.IsCancellationRequested ? ClientLeft
            : result.Failure is { } failure && !response.HasBegun ? failure.Error.Status
            : response.Status;
        var plan = result.Plan;
        var cost = CostOf(result);
        var route = new KeyValuePair<string, object?>(TelemetryNames.Route, RouteLabel(plan));
        meters.Requests.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Mode, plan.Mode), route, new("status_class", StatusClass.Of(status)));
        if (cost is { } usd)
            meters.RequestCost.Add(usd, route, new(TelemetryNames.Provider, result.Target!.Api.TelemetryName), new(TelemetryNames.RequestModel, meters.Models.IdOf(result.Target)));
        if (!_logger.IsEnabled(LogLevel.Information))
            return;
        Log.Request(
            _logger, status, plan.Mode, plan.Route ?? "none", Why(result), result.Target?.Name ?? "none", result.Target?.Config.Provider ?? "none", result.AttemptCount,
            result.Usage?.Input, result.Usage?.Output, cost?.ToString("0.########", CultureInfo.InvariantCulture) ?? "unknown",
            result.TimeToFirstByte is { } first ? Math.Round(first.TotalMilliseconds, 1) : null, Math.Round(result.Duration.TotalMilliseconds, 1));
    }

    // Routes that a client brings along are called by names of its own.
    private static string RouteLabel(RoutePlan plan) =>
        plan.Route is not { } route ? "none" : plan.Decision is not null && plan.Request.Snapshot.Decisions.Routes.Find(route) is null ? "inline" : route;

    private static string Why(RouteResult result) =>
        result.Failure is { } failure ? failure.Error.Code
        : result.Plan.Terms.FallbackReason is { } reason ? $"fallback: {reason}"
        : result.Plan.Decision is { } decision ? decision.Route is null ? $"no route matched ({decision.DecidedBy})" : decision.DecidedBy
        : "requested";

    private double? CostOf(RouteResult result)
    {
        if (result.Target is not { } target || result.Usage is not { } usage)
            return null;
        var prices = metrics.Current;
        if (!prices.TryGetPrice(target.Name, out var price) && !prices.TryGetPrice(target.Config.Name, out price))
            return null;
        var tokens = new BilledTokens(usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, PromptIncludesCacheRead: !target.Formats[0].CountsCacheApart());
        return RequestCost.Of(price, tokens, result.Plan.Request.Snapshot.Config.Session.Budget?.CacheReadDiscount ?? CacheReadDiscount).TotalUsd;
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "{Status} {Mode} route {Route} ({Why}) model {Model} provider {Provider} attempts {Attempts} tokens {InputTokens}/{OutputTokens} cost {CostUsd} USD first byte {FirstByteMs} ms total {TotalMs} ms")]
        public static partial void Request(
            ILogger logger, int status, string mode, string route, string why, string model, string provider, int attempts, long? inputTokens, long? outputTokens, string costUsd, double? firstByteMs, double totalMs);
    }
}
