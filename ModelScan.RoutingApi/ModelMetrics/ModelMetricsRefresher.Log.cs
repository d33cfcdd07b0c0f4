using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Selection;

namespace ModelScan.RoutingApi.ModelMetrics;

public sealed partial class ModelMetricsRefresher
{
    /// <summary>The first success, and the first one after failures, is news; the rest is routine.</summary>
    private void LogFetched(ModelMetricsSourceSnapshot source, ModelMetricsReading reading)
    {
        if (source.Source.Kind == ModelMetricsSourceKind.Observed)
            return;
        var level = source.FetchedAt is null || source.Failures > 0 ? LogLevel.Information : LogLevel.Debug;
        if (source.Source.IsCost)
            Log.FetchedPrices(_log, level, source.Name, reading.Models);
        else
            Log.FetchedLatencies(_log, level, source.Name, reading.Models);
    }

    /// <summary>The first failure in a row is news; the rest is routine.</summary>
    private void LogFailed(ModelMetricsSourceSnapshot source, Exception e)
    {
        var level = source.Failures == 0 ? LogLevel.Warning : LogLevel.Debug;
        var server = source.Source.Url?.Authority;
        var cause = e is ModelMetricsFetchException ? null : e;
        var reason = e is ModelMetricsFetchException ? e.Message : e.GetType().Name;
        if (source.FetchedAt is { } fetched)
            Log.KeepsOldData(_log, level, source.Name, server, reason, fetched, cause);
        else
            Log.HasNoData(_log, level, source.Name, server, reason, cause);
    }

    private void WarnIfDue()
    {
        ModelMetricsSnapshot snapshot;
        IReadOnlyList<RoutePreferenceConfig> routes;
        lock (_gate)
        {
            snapshot = Current;
            if (_unwarned is null || !_started || !AllAttempted(snapshot))
                return;
            routes = _unwarned;
            _unwarned = null;
        }

        // The gateway's own measurements begin with the first request; a gap in them says nothing yet.
        var measuresItself = snapshot.Sources.Any(source => source.Source.Kind == ModelMetricsSourceKind.Observed);
        foreach (var route in routes)
        {
            foreach (var model in route.Models)
            {
                if (route.Prefer.Needs.HasFlag(SelectionData.Prices) && !snapshot.TryGetPrice(model, out _))
                    Log.NoPrice(_log, model, route.Name);
                else if (route.Prefer.Needs.HasFlag(SelectionData.Latencies) && !measuresItself && !snapshot.TryGetLatency(model, out _))
                    Log.NoLatency(_log, model, route.Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "fetched {Source} pricing: {Models} models")]
        public static partial void FetchedPrices(ILogger log, LogLevel level, string source, int models);

        [LoggerMessage(EventId = 2, Message = "fetched {Source} latency metrics: {Models} models")]
        public static partial void FetchedLatencies(ILogger log, LogLevel level, string source, int models);

        [LoggerMessage(EventId = 3, Message = "{Source} at {Server}: {Reason}; its models rank last until it answers")]
        public static partial void HasNoData(ILogger log, LogLevel level, string source, string? server, string reason, Exception? cause);

        [LoggerMessage(EventId = 4, Message = "{Source} at {Server}: {Reason}; data of {FetchedAt:u} stays in use")]
        public static partial void KeepsOldData(
            ILogger log, LogLevel level, string source, string? server, string reason, DateTimeOffset fetchedAt, Exception? cause);

        [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "no price for {Model}: it ranks last in route {Route}")]
        public static partial void NoPrice(ILogger log, string model, string route);

        [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "no latency for {Model}: it ranks last in route {Route}")]
        public static partial void NoLatency(ILogger log, string model, string route);
    }
}
