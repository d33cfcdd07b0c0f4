using System.Diagnostics;
using System.Globalization;

namespace ClassifierBenchmarks;

/// <summary>One line of the table: how long something takes, and what it allocates.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="MedianMicroseconds">The best round's median.</param>
/// <param name="Percentile99Microseconds">The 99th percentile of that round.</param>
/// <param name="AllocatedBytes">Managed bytes per call.</param>
internal readonly record struct Stage(string Name, double MedianMicroseconds, double Percentile99Microseconds, double AllocatedBytes)
{
    private const int Rounds = 7;
    private const int CallsPerRound = 200;

    /// <summary>
    /// Seven rounds of 200 calls after a warm-up. The round with the smallest median counts: on a machine that others use
    /// too, it is the one that was disturbed least.
    /// </summary>
    public static Stage Measure(string name, Action<int> call)
    {
        for (var i = 0; i < 50; i++)
            call(i);

        var times = new double[CallsPerRound];
        var best = new Stage(name, double.MaxValue, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                call(round * CallsPerRound + i);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Array.Sort(times);
            if (times[CallsPerRound / 2] < best.MedianMicroseconds)
                best = new Stage(name, times[CallsPerRound / 2], times[CallsPerRound * 99 / 100], (double)allocated / CallsPerRound);
        }

        return best;
    }

    /// <summary>As a row of a Markdown table; <paramref name="reference"/> is the median that the ratio refers to.</summary>
    public string ToRow(double reference) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {MedianMicroseconds:0} | {Percentile99Microseconds:0} | {MedianMicroseconds / reference:0.00} | {AllocatedBytes:0} |");
}
