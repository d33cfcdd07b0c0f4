using System.Diagnostics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;

namespace RequestLogBenchmarks;

/// <summary>A million records: how long they take to write, to list by a filter, to put together, to export, and what retention of half of them does.</summary>
internal static class Million
{
    private const int Records = 1_000_000;
    private const int Rounds = 5;

    private static readonly string[] Lists = ["", "model:groq/*", "route:code_generation cost:>0.01", "session:implicit:00000000000003e7", "state:failed ttft:>800ms", "error:nothing-like-it", "nothing-like-it"];

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("log-million-");
        try
        {
            var path = Path.Combine(folder.FullName, "requests.db");
            var start = DateTimeOffset.UtcNow.AddDays(-11.6);
            await using var log = new OpenLog(new RequestLogConfig { Path = path });
            await log.StartAsync();
            await log.Queries.ListAsync(RequestFilter.All, 1, false, default);
            var processor = Process.GetCurrentProcess().TotalProcessorTime;
            for (var number = 0; number < Records; number++)
            {
                log.Log.Add(log.Record(start.AddSeconds(number)), null);
                if (number % 2048 == 2047)
                    await log.Log.FlushAsync(default);
            }

            await log.Log.FlushAsync(default);
            var cost = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalMicroseconds / Records;
            await output.WriteLineAsync($"| | |\n|---|---:|\n| making and writing a record: CPU µs | {cost:0.0} |\n| file, bytes a record | {new FileInfo(path).Length / Records} |\n| given up | {log.Meters.ShedRecords} |");
            foreach (var text in Lists)
            {
                var filter = FilterParser.Parse(text, DateTimeOffset.UtcNow);
                var (median, page) = await MedianAsync(() => log.Queries.ListAsync(filter, 50, false, default));
                await output.WriteLineAsync($"| list of 50, `{(text.Length == 0 ? "(all)" : text)}`: ms ({page.Records.Count} found) | {median:0} |");
            }

            foreach (var (name, grouping) in ((string, AggregateGrouping)[])
                [("by model and route", new([Column.Model, Column.Route], null)), ("by hour", new([], TimeSpan.FromHours(1))), ("by session", new([Column.Session], null))])
            {
                var (median, groups) = await MedianAsync(() => log.Queries.AggregateAsync(RequestFilter.All, grouping, default));
                await output.WriteLineAsync($"| aggregate {name}: ms ({groups.Count} groups) | {median:0} |");
            }

            await ExportAsync(log, output);
            await RetainAsync(log, output, path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ExportAsync(OpenLog log, TextWriter output)
    {
        GC.Collect();
        var (before, most, count) = (GC.GetTotalMemory(true), 0L, 0);
        var since = Stopwatch.GetTimestamp();
        await foreach (var _ in log.Queries.ReadAllAsync(RequestFilter.All, 300_000, false, default))
        {
            if (++count % 10_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(true) - before);
        }

        await output.WriteLineAsync($"| export of {count:N0}: records/s | {count / Stopwatch.GetElapsedTime(since).TotalSeconds:N0} |\n| export: most live memory, MB | {most / 1e6:0.0} |");
    }

    // Requests go on being recorded meanwhile; what disturbs them is what Add takes.
    private static async Task RetainAsync(OpenLog log, TextWriter output, string path)
    {
        var quiet = await AddAsync(log, TimeSpan.FromSeconds(3));
        log.Log.Reconfigure(log.Log.Config with { MaxAge = TimeSpan.FromDays(5.8) });
        var since = Stopwatch.GetTimestamp();
        var busy = await AddAsync(log, TimeSpan.FromSeconds(50));
        var left = await log.Queries.AggregateAsync(RequestFilter.All, new AggregateGrouping([], null), default);
        await output.WriteLineAsync($"| adding a record, p50 and p99 µs | {quiet.P50:0.0}, {quiet.P99:0.0} |\n| the same while half go | {busy.P50:0.0}, {busy.P99:0.0} |");
        await output.WriteLineAsync($"| left after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s | {left[0].Requests:N0} |\n| file, MB | {new FileInfo(path).Length / 1e6:0} |\n| given up | {log.Meters.ShedRecords} |");
    }

    private static async Task<(double P50, double P99)> AddAsync(OpenLog log, TimeSpan length)
    {
        var times = new List<double>();
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < length;)
        {
            for (var i = 0; i < 10; i++)
            {
                var record = log.Record(DateTimeOffset.UtcNow);
                var began = Stopwatch.GetTimestamp();
                log.Log.Add(record, null);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }

            await Task.Delay(10);
        }

        times.Sort();
        return (times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }

    private static async Task<(double Milliseconds, T Result)> MedianAsync<T>(Func<ValueTask<T>> ask)
    {
        var (times, result) = (new List<double>(), await ask());
        for (var round = 0; round < Rounds; round++)
        {
            var since = Stopwatch.GetTimestamp();
            result = await ask();
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        times.Sort();
        return (times[Rounds / 2], result);
    }
}
