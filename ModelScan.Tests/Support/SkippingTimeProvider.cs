using System.Collections.Concurrent;

namespace ModelScan.Tests.Support;

/// <summary>The system's clock, but waits of a length that a test picks out are over at once, and remembered.</summary>
internal sealed class SkippingTimeProvider(Func<TimeSpan, bool> isSkipped) : TimeProvider
{
    /// <summary>The waits that were skipped.</summary>
    public ConcurrentQueue<TimeSpan> Skipped { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan || !isSkipped(dueTime))
            return base.CreateTimer(callback, state, dueTime, period);
        Skipped.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
