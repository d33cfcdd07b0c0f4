using LoadTest.Measurements;

namespace LoadTest.Classifier;

/// <summary><c>--classifier</c>: what the embedded classifier costs a gateway on one core.</summary>
internal static class ClassifierProgram
{
    /// <summary>Measures and writes the results to standard output; an exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args.Any(arg => arg != "--quick") || Environment.ProcessorCount < 2)
        {
            await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project bench/LoadTest -- --classifier [--quick]\nNeeds two cores, taskset and wrk.");
            return 2;
        }

        // The questions share a core with the upstream, and leave the other one to the gateway.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux())
            self.ProcessorAffinity = 1 << Plan.LoadCore;
        var busy = Program.LoadAverage();
        var run = args.Length > 0
            ? new ClassifierRun(2, 1, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4), 100, Console.Error)
            : new ClassifierRun(9, 7, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), 1_000, Console.Error);
        var seen = await run.RunAsync(cancellationToken);
        await Console.Out.WriteLineAsync(ClassifierResults.ToMarkdown(seen, DateOnly.FromDateTime(DateTime.UtcNow), busy));
        return 0;
    }
}
