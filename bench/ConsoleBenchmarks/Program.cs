using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ConsoleBenchmarks.Measurements;
using ConsoleBenchmarks.Processes;
using ModelScan.Tests.Support;

namespace ConsoleBenchmarks;

/// <summary>
/// How fast the console is over a log of 100,000 requests, what its pages weigh, and what it costs a gateway: the gateway as a process of its own,
/// a browser as people have it. Writes <c>RESULTS.md</c> beside this file, or where its argument says.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (!Browser.IsInstalled)
        {
            await Console.Error.WriteLineAsync("A Chromium is needed (apt-get install chromium).");
            return 2;
        }

        var results = args is [var path] ? path : Path.Combine(Folder(), "RESULTS.md");
        var folder = Directory.CreateTempSubdirectory("console-bench-").FullName;
        try
        {
            await using var upstream = await Upstream.StartAsync();
            var log = new StoredLog(folder, upstream.Address);
            await log.WriteAsync();
            var text = new StringBuilder(Head(log));
            await using (var gateway = await GatewayProcess.StartAsync(log.Config))
            {
                await using var browser = await Browser.StartAsync();
                foreach (var measure in (Func<GatewayProcess, Browser, Task<string>>[])[FirstView.RunAsync, Weight.RunAsync, Tail.RunAsync])
                {
                    var part = await measure(gateway, browser);
                    await Console.Out.WriteLineAsync(part);
                    text.Append('\n').Append(part);
                }
            }

            var footprint = await Footprint.RunAsync(log);
            await Console.Out.WriteLineAsync(footprint);
            await File.WriteAllTextAsync(results, text.Append('\n').Append(footprint).ToString());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Head(StoredLog log) => $"""
        # The console over {StoredLog.Records:N0} requests

            dotnet run -c Release --project bench/ConsoleBenchmarks

        {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, Debian's Chromium without a window, on the same machine as the gateway; load average {Machine.LoadAverage} when it began. The log: {StoredLog.Records:N0} records of the last day, {log.Bytes / 1e6:0} MB in SQLite.

        """;

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
