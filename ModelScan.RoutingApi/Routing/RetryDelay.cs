namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// How long to wait before asking again when nobody said: exponential back-off with full jitter
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
/// </summary>
internal static class RetryDelay
{
    private const int MaxDoublings = 16;

    /// <summary>What the first delay is a part of.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>What no delay exceeds.</summary>
    public static readonly TimeSpan Largest = TimeSpan.FromSeconds(5);

    /// <summary>The delay before a retry.</summary>
    /// <param name="retry">Which one, from 0.</param>
    /// <param name="chance">At random, 0 up to 1.</param>
    public static TimeSpan Of(int retry, double chance) =>
        chance * TimeSpan.FromTicks(Math.Min(Largest.Ticks, First.Ticks << Math.Min(retry, MaxDoublings)));
}
