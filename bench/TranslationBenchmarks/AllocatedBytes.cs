using System.Globalization;

namespace TranslationBenchmarks;

/// <summary>What requests, answers and events of each pair allocate, as a table.</summary>
internal static class AllocatedBytes
{
    private const int Warmups = 50;
    private const int Runs = 200;

    /// <summary>Measures and prints.</summary>
    public static void Print()
    {
        Console.WriteLine("| client on provider | request | answer | event |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var pair in PairBenchmarks.Pairs)
        {
            var benchmarks = new PairBenchmarks { Pair = pair };
            benchmarks.Prepare();
            var row = string.Create(CultureInfo.InvariantCulture, $"| {pair} | {Of(benchmarks.Request):N0} | {Of(benchmarks.Answer):N0} | {Of(benchmarks.StreamEvent) / (double)ProviderStreams.Events:N1} |");
            Console.WriteLine(row);
        }
    }

    private static long Of(Func<int> run)
    {
        for (var i = 0; i < Warmups; i++)
            run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Runs; i++)
            run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
    }
}
