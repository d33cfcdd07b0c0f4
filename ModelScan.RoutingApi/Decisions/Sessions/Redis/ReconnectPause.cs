using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// The pause before the next attempt to reach a server: it doubles from <see cref="First"/> to <see cref="Longest"/> and is shorter
/// by chance, so that replicas do not come back in step.
/// </summary>
/// <param name="chance">In 0..1; the larger, the shorter the pauses, by half at most.</param>
internal sealed class ReconnectPause(double chance) : IReconnectRetryPolicy
{
    /// <summary>The pause after the first failure, before chance.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause, before chance.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>The pause after so many failures in a row.</summary>
    public TimeSpan After(long failures)
    {
        if (failures <= 0)
            return TimeSpan.Zero;
        var full = First * Math.Pow(2, Math.Min(failures - 1, 20));
        return (full < Longest ? full : Longest) * (1 - (chance / 2));
    }

    /// <inheritdoc/>
    public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry)
        => timeElapsedMillisecondsSinceLastRetry >= After(currentRetryCount).TotalMilliseconds;
}
