namespace LoadTest.Load;

/// <summary>Counts durations in steps of 10 µs up to a second; longer ones count as a second. Thread-safe.</summary>
internal sealed class DelayHistogram
{
    private const int StepUs = 10;
    private readonly long[] _counts = new long[100_000];
    private long _largest;

    /// <summary>The largest duration in µs.</summary>
    public double MaxUs => Interlocked.Read(ref _largest);

    /// <summary>Durations counted.</summary>
    public long Count => _counts.Sum();

    public void Add(double us)
    {
        var value = (long)Math.Max(0, us);
        Interlocked.Increment(ref _counts[Math.Min(value / StepUs, _counts.Length - 1)]);
        var largest = Interlocked.Read(ref _largest);
        while (value > largest && Interlocked.CompareExchange(ref _largest, value, largest) is var seen && seen != largest)
            largest = seen;
    }

    /// <summary>How many were longer than this.</summary>
    public long CountAbove(TimeSpan limit) => _counts.Skip((int)(limit.TotalMicroseconds / StepUs)).Sum();

    /// <summary>The duration in µs that this fraction (0..1) does not exceed, to 10 µs; NaN when nothing was counted.</summary>
    public double PercentileUs(double fraction)
    {
        var left = (long)Math.Ceiling(Count * fraction);
        if (left == 0)
            return double.NaN;
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0)
                return (i + 1) * StepUs;
        }

        return MaxUs;
    }
}
