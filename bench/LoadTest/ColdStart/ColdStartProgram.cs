using LoadTest.Measurements;

namespace LoadTest.ColdStart;

/// <summary><c>--cold-start NAME=FOLDER…</c>: compares published gateways in their first minute.</summary>
internal static class ColdStartProgram
{
    private const int Starts = 11;
    private const int Rounds = 3;
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(70);

    /// <summary>Measures and writes the results to standard output; an exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var isQuick = args.Contains("--quick");
        var variants = args.Where(arg => arg != "--quick").Select(Variant.Parse).ToArray();
        if (variants.Length == 0 || variants.Contains(null) || Environment.ProcessorCount < 2)
        {
            await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project bench/LoadTest -- --cold-start [--quick] NAME=FOLDER…\nEach folder holds a published gateway. Needs two cores and taskset.");
            return 2;
        }

        // The load shares a core with the upstream, and leaves the other one to the gateway.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux())
            self.ProcessorAffinity = 1 << Plan.LoadCore;
        var busy = Program.LoadAverage();
        var run = isQuick
            ? new ColdStartRun(variants!, 3, 1, TimeSpan.FromSeconds(20), Console.Error)
            : new ColdStartRun(variants!, Starts, Rounds, Load, Console.Error);
        var observations = await run.RunAsync(cancellationToken);
        await Console.Out.WriteLineAsync(new ColdStartResults(observations, busy).ToMarkdown(DateOnly.FromDateTime(DateTime.UtcNow)));
        return 0;
    }
}
