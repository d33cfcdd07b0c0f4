namespace ModelScan.Tests.Support;

/// <summary>A clock that stands still until it is moved and says how many waits are under way: tells a test that the code under test has begun to wait.</summary>
internal sealed class WaitCountingTimeProvider : FakeTimeProvider
{
    private int _waits;

    /// <summary>Timers that are to fire once and have neither fired nor been disposed of.</summary>
    public int Waits => Volatile.Read(ref _waits);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || period != Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);
        var wait = new Wait(this);
        wait.Timer = base.CreateTimer(
            s =>
            {
                wait.End();
                callback(s);
            },
            state,
            dueTime,
            period);
        return wait;
    }

    private sealed class Wait : ITimer
    {
        private readonly WaitCountingTimeProvider _clock;
        private int _ended;

        public Wait(WaitCountingTimeProvider clock)
        {
            _clock = clock;
            Interlocked.Increment(ref clock._waits);
        }

        public ITimer? Timer { get; set; }

        public void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                Interlocked.Decrement(ref _clock._waits);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Timer!.Change(dueTime, period);

        public void Dispose()
        {
            End();
            Timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            End();
            return Timer!.DisposeAsync();
        }
    }
}
