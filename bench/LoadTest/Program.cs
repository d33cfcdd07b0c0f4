using System.Globalization;
using System.Runtime.InteropServices;
using LoadTest.Classifier;
using LoadTest.ColdStart;
using LoadTest.Load;
using LoadTest.Measurements;
using LoadTest.OnRecord;
using LoadTest.Servers;

namespace LoadTest;

/// <summary>
/// Measures the gateway beside the platform's floor and no proxy at all. The same program is the upstream, the floor and the
/// stream client: it starts itself anew for each, so that every one is a process with a core of its own.
/// </summary>
internal static class Program
{
    private const int Misused = 2;

    /// <summary>This program, for starting it in another role.</summary>
    public static string Assembly { get; } = typeof(Program).Assembly.Location;

    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["upstream", var port]:
                await FixedAnswerUpstream.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
                return 0;
            case ["floor", var port, var upstream]:
                await Floor.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), new Uri(upstream), onSocketThreads: false);
                return 0;
            case ["floor", var port, var upstream, Floor.OnSocketThreads]:
                await Floor.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), new Uri(upstream), onSocketThreads: true);
                return 0;
            case ["streams", .. { Length: 7 } stream]:
                await StreamLoad.FromArguments(stream).RunAsync(Console.Out);
                return 0;
            case ["--cold-start", .. var variants]:
                return await MeasureAsideAsync(ColdStartProgram.RunAsync, variants);
            case ["--classifier", .. var options]:
                return await MeasureAsideAsync(ClassifierProgram.RunAsync, options);
            case ["--on-record", .. var options]:
                return await MeasureAsideAsync(OnRecordProgram.RunAsync, options);
            default:
                return await MeasureAsync(args);
        }
    }

    private static async Task<int> MeasureAsideAsync(Func<string[], CancellationToken, Task<int>> run, string[] args)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await run(args, end.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    private static async Task<int> MeasureAsync(string[] args)
    {
        var only = args.SkipWhile(arg => arg != "--only").Skip(1).ToArray();
        var known = args.TakeWhile(arg => arg != "--only").ToArray();
        if (!known.All(arg => arg == "--quick") || !only.All(Targets.Contains) || Environment.ProcessorCount < 2)
        {
            await Console.Error.WriteLineAsync(
                $"Usage: dotnet run -c Release --project bench/LoadTest -- [--quick] [--only {string.Join(' ', Targets)}]\nNeeds two cores, taskset and wrk.");
            return Misused;
        }

        var plan = known.Length > 0 ? Plan.Quick : Plan.Full;
        using var end = new CancellationTokenSource(plan.Limit);

        // Whoever ends this program ends what it started: the run is cancelled, and its processes with it.
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            var busy = LoadAverage();
            var results = await new LoadTestRun(plan, only, Console.Error).RunAsync(end.Token);
            var text = results.ToMarkdown(DateOnly.FromDateTime(DateTime.UtcNow), busy);
            await Console.Out.WriteLineAsync(text);
            if (plan == Plan.Full && only.Length == 0)
                await File.WriteAllTextAsync(ResultsFile(), text, end.Token);
            else
                await Console.Error.WriteLineAsync($"Warmed up for {plan.WarmUp.TotalSeconds:0} s, targets: {(only.Length == 0 ? "all" : string.Join(", ", only))}. RESULTS.md is written by a full run alone.");
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Cancelled; everything started is ended.");
            return 1;
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>What can be asked for by name: <c>direct</c> is no proxy at all, <c>pass-through</c> the gateway's direct mode.</summary>
    public static IReadOnlyList<string> Targets { get; } = ["direct", "floor", "pass-through", "on-record", "translation", "policy", "policy-on-record", "plano_proxy", "plano_embedded", "decisions"];

    /// <summary>Processes that ran or wanted to, averaged over a minute: the first field of proc_loadavg(5).</summary>
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string ResultsFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelScan.sln")))
                return Path.Combine(folder.FullName, "bench", "LoadTest", "RESULTS.md");
        }

        return Path.GetFullPath("RESULTS.md");
    }
}
