using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Tells sessions what answers cost, behind the answer: no client waits for a session store.</summary>
internal sealed partial class SessionUsageRecorder(SessionAffinity sessions, ModelMetricsRefresher metrics, ILogger<SessionUsageRecorder> logger)
{
    /// <summary>Begins to record and returns at once; never fails.</summary>
    public void Record(SessionLookup lookup, string model, TokenUsage usage)
    {
        if (lookup.Key is null)
            return;
        var recording = sessions.RecordUsageAsync(
            lookup,
            model,
            new SessionUsage(usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, CachedCountedInPrompt: !usage.CacheIsBeside),
            metrics.Current.PriceOf,
            CancellationToken.None);
        if (!recording.IsCompletedSuccessfully)
            _ = FinishAsync(recording);
    }

    private async Task FinishAsync(ValueTask recording)
    {
        try
        {
            await recording;
        }
        catch (Exception exception)
        {
            Log.NotRecorded(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What an answer cost could not be added to its session")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
