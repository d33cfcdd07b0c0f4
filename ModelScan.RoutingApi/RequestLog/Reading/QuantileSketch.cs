using System.Numerics;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>
/// Quantiles of many numbers in little memory: each is counted in one of sixteen stretches of its power of two, so that what is read is within
/// 3.2 % of what was counted (the idea of HdrHistogram, http://hdrhistogram.org). Not thread-safe.
/// </summary>
internal sealed class QuantileSketch
{
    private const int Steps = 16;
    private const int StepBits = 4;

    private int[] _counts = new int[128];

    /// <summary>How many numbers.</summary>
    public long Count { get; private set; }

    /// <summary>Counts a number, at least 0.</summary>
    public void Add(long value)
    {
        var place = PlaceOf(value);
        if (place >= _counts.Length)
            Array.Resize(ref _counts, Math.Max(place + 1, _counts.Length * 2));
        _counts[place]++;
        Count++;
    }

    /// <summary>The number that a share of all does not exceed; <see langword="null"/> where there are none.</summary>
    /// <param name="share">The share, in 0..1.</param>
    public double? Quantile(double share)
    {
        if (Count == 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var place = 0; place < _counts.Length; place++)
        {
            rank -= _counts[place];
            if (rank <= 0)
                return MiddleOf(place);
        }

        return MiddleOf(_counts.Length - 1);
    }

    // Below sixteen every number has a place of its own.
    private static int PlaceOf(long value)
    {
        if (value < Steps)
            return (int)Math.Max(0, value);
        var power = BitOperations.Log2((ulong)value);
        return ((power - StepBits + 1) * Steps) + (int)(value >> (power - StepBits)) - Steps;
    }

    private static double MiddleOf(int place)
    {
        if (place < Steps)
            return place;
        var shift = (place / Steps) - 1;
        var low = (long)((place % Steps) + Steps) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
