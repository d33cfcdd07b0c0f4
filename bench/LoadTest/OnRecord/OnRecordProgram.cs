namespace LoadTest.OnRecord;

/// <summary><c>--on-record</c>: what the log of requests costs, with and without in one process.</summary>
internal static class OnRecordProgram
{
    /// <summary>Measures and writes the results to standard output; an exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args.Any(arg => arg != "--quick") || Environment.ProcessorCount < 2)
        {
            await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project bench/LoadTest -- --on-record [--quick]\nNeeds two cores, taskset and wrk.");
            return 2;
        }

        var busy = Program.LoadAverage();
        var run = args.Length > 0
            ? new OnRecordRun(1, 2, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), Console.Error)
            : new OnRecordRun(1, 14, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(3), Console.Error);
        await Console.Out.WriteLineAsync(OnRecordResults.ToMarkdown(await run.RunAsync(cancellationToken), DateOnly.FromDateTime(DateTime.UtcNow), busy));
        return 0;
    }
}
