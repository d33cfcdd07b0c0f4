using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>When a source is asked again.</summary>
internal static class RefreshSchedule
{
    /// <summary>How often the gateway's own measurements are summed up, where the configuration does not say.</summary>
    public static readonly TimeSpan ObservedInterval = TimeSpan.FromSeconds(5);

    private const double Jitter = 0.1;
    private const int MaxDoublings = 20;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause after an attempt, within ±10 %: the interval after a good one. After the n-th bad one in a row 2 s, 4 s,
    /// 8 s, …, never longer than the interval, nor than 30 s while the source has never answered.
    /// </summary>
    /// <param name="source">The source after the attempt.</param>
    /// <param name="chance">A draw from [0, 1).</param>
    /// <returns><see langword="null"/> if it is not to be asked again.</returns>
    public static TimeSpan? NextPause(ModelMetricsSourceSnapshot source, double chance)
    {
        var interval = source.Source.RefreshInterval
            ?? (source.Source.Kind == ModelMetricsSourceKind.Observed ? ObservedInterval : null);
        var factor = 1 - Jitter + 2 * Jitter * chance;
        if (source.Failures == 0)
            return interval * factor;

        var pause = FirstRetry * Math.Pow(2, Math.Min(source.Failures - 1, MaxDoublings)) * factor;
        var longest = interval ?? LongestRetry;
        if (source.FetchedAt is null && longest > LongestRetry)
            longest = LongestRetry;
        return pause < longest ? pause : longest;
    }
}
