namespace LoadTest.Load;

/// <summary>What a client saw of a load.</summary>
/// <param name="Requests">Answers received.</param>
/// <param name="Duration">Time it took.</param>
/// <param name="P50">Median latency.</param>
/// <param name="P99">99th percentile of latency.</param>
/// <param name="Failures">Connections and reads that failed, and answers of 400 and above.</param>
internal readonly record struct LoadResult(long Requests, TimeSpan Duration, TimeSpan P50, TimeSpan P99, long Failures)
{
    public double PerSecond => Requests / Duration.TotalSeconds;
}
