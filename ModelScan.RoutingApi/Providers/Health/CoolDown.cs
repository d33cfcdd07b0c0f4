namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>For how long whoever failed is left alone.</summary>
internal static class CoolDown
{
    /// <summary>What no cool-down exceeds, whatever a provider asks for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestByItself = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What the provider asked for, else a time that doubles with each failure in a row: from 1 s after a rate limit, 5 s after a failure
    /// (both up to a minute), 30 s (up to ten minutes) where somebody has to mend something. A random part of a quarter is taken off, so
    /// that not everybody comes back at once.
    /// </summary>
    /// <param name="signal">What happened.</param>
    /// <param name="failures">Failures in a row, this one included, from 1.</param>
    /// <param name="retryAfter">What the provider asked for; <see langword="null"/> when it did not.</param>
    /// <param name="chance">At random, 0 up to 1.</param>
    public static TimeSpan Of(HealthSignal signal, int failures, TimeSpan? retryAfter, double chance)
    {
        if (retryAfter is { } asked && asked > TimeSpan.Zero)
            return asked < Longest ? asked : Longest;
        var (first, longest) = signal switch
        {
            HealthSignal.RateLimited => (TimeSpan.FromSeconds(1), LongestByItself),
            HealthSignal.AccountRefused or HealthSignal.ModelMissing => (TimeSpan.FromSeconds(30), Longest),
            _ => (TimeSpan.FromSeconds(5), LongestByItself),
        };
        var grown = first.Ticks << Math.Min(failures - 1, 16);
        return TimeSpan.FromTicks((long)(Math.Min(grown, longest.Ticks) * (1 - (chance / 4))));
    }
}
