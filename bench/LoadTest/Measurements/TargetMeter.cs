using LoadTest.Load;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.Measurements;

/// <summary>Measures one target after the other, always in the same way.</summary>
/// <param name="plan">How long and how much.</param>
/// <param name="folder">For scripts and sockets.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class TargetMeter(Plan plan, string folder, TextWriter progress)
{
    private static readonly StreamShape FewShape = new(100_000, 22);
    private static readonly StreamShape ManyShape = new(10_000, 500);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly Wrk _wrk = new(Plan.LoadCore, folder);

    /// <summary>Warms a target up and measures it.</summary>
    /// <param name="name">Its name in the results.</param>
    /// <param name="server">Where it listens.</param>
    /// <param name="kind">What it is sent.</param>
    /// <param name="process">The program between client and upstream; <see langword="null"/> when there is none.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public async Task<TargetMeasurement> MeasureAsync(
        string name, Uri server, RequestKind kind, PinnedProcess? process, CancellationToken cancellationToken)
    {
        var idle = process?.ResidentBytes;
        await SayAsync(name, "checking answers");
        if (await AnswerCheck.FindFaultAsync(server, kind, cancellationToken) is { } fault)
            return new TargetMeasurement(name) { NotMeasured = fault };
        await WarmUpAsync(name, server, kind, kind.Small, cancellationToken);

        await SayAsync(name, "saturated");
        var saturated = await SaturateAsync(server, kind, kind.Small, process, cancellationToken);
        await SayAsync(name, "saturated, 32 KB");
        var large = await SaturateAsync(server, kind, kind.OfBytes(FixedAnswers.LargeBytes), process, cancellationToken);
        await SayAsync(name, $"{Plan.ModerateRate} requests per second");
        var moderate = await PaceAsync(server, kind, kind.Small, Plan.ModerateRate, process, cancellationToken);
        var loaded = process?.ResidentBytes;
        await SayAsync(name, $"{Plan.FewStreams} streams");
        var few = await StreamAsync(server, kind, FewShape, Plan.FewStreams, process, cancellationToken);
        await SayAsync(name, $"{plan.ManyStreams} streams");
        var many = await StreamAsync(server, kind, ManyShape, plan.ManyStreams, process, cancellationToken);
        return new TargetMeasurement(name)
        {
            Saturated = saturated,
            SaturatedLarge = large,
            Moderate = moderate,
            FewStreams = few,
            ManyStreams = many,
            IdleResidentBytes = idle,
            LoadedResidentBytes = loaded,
        };
    }

    /// <summary>Warms the decision endpoint up and measures it with requests of 1 KB.</summary>
    /// <param name="name">Its name in the results.</param>
    /// <param name="server">Where the gateway listens.</param>
    /// <param name="kind">What it is sent.</param>
    /// <param name="rate">Requests per second of the measurement below saturation.</param>
    /// <param name="gateway">The gateway.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public async Task<TargetMeasurement> MeasureDecisionsAsync(
        string name, Uri server, RequestKind kind, int rate, PinnedProcess gateway, CancellationToken cancellationToken)
    {
        if (await AnswerCheck.FindDecisionFaultAsync(server, kind, cancellationToken) is { } fault)
            return new TargetMeasurement(name) { NotMeasured = fault };
        var body = kind.OfBytes(1024);
        await WarmUpAsync(name, server, kind, body, cancellationToken);
        await SayAsync(name, "saturated");
        var saturated = await SaturateAsync(server, kind, body, gateway, cancellationToken);
        await SayAsync(name, $"{rate} requests per second");
        var moderate = await PaceAsync(server, kind, body, rate, gateway, cancellationToken);
        return new TargetMeasurement(name) { Saturated = saturated, Moderate = moderate, LoadedResidentBytes = gateway.ResidentBytes };
    }

    private async Task WarmUpAsync(string name, Uri server, RequestKind kind, string body, CancellationToken cancellationToken)
    {
        await SayAsync(name, $"warming up for {plan.WarmUp.TotalSeconds:0} s");
        await _wrk.SaturateAsync(server, kind, body, plan.WarmUp, cancellationToken);
    }

    private async Task<RequestMeasurement> SaturateAsync(Uri server, RequestKind kind, string body, PinnedProcess? process, CancellationToken cancellationToken)
    {
        var rounds = new List<RequestMeasurement>();
        for (var round = 0; round < plan.Rounds; round++)
        {
            rounds.Add(await MeasureAsync(
                process, () => _wrk.SaturateAsync(server, kind, body, plan.Round, cancellationToken), cancellationToken));
        }

        return rounds.OrderBy(round => round.Load.PerSecond).ElementAt(rounds.Count / 2);
    }

    private Task<RequestMeasurement> PaceAsync(Uri server, RequestKind kind, string body, int rate, PinnedProcess? process, CancellationToken cancellationToken) =>
        MeasureAsync(process, () => _wrk.PaceAsync(server, kind, body, rate, plan.Round, cancellationToken), cancellationToken);

    private static async Task<RequestMeasurement> MeasureAsync(PinnedProcess? process, Func<Task<WrkResult>> load, CancellationToken cancellationToken)
    {
        var before = process is null ? default : await process.UseAsync(cancellationToken);
        var result = await load();
        if (process is null)
            return new RequestMeasurement(result, double.NaN, double.NaN);
        var after = await process.UseAsync(cancellationToken);
        var requests = Math.Max(1, result.Requests);
        return new RequestMeasurement(
            result, (after.Cpu - before.Cpu).TotalMicroseconds / requests, (double)(after.AllocatedBytes - before.AllocatedBytes) / requests);
    }

    private async Task<StreamMeasurement> StreamAsync(
        Uri server, RequestKind kind, StreamShape shape, int streams, PinnedProcess? process, CancellationToken cancellationToken)
    {
        var opening = TimeSpan.FromSeconds(Math.Max(1, streams / 250));
        var before = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource<(StreamReport Report, TimeSpan Cpu, long Resident)>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string line)
        {
            if (line.StartsWith(StreamReport.CountingMark, StringComparison.Ordinal))
                before.TrySetResult(process?.Cpu ?? default);
            else if (StreamReport.FromLine(line) is { } report)
                done.TrySetResult((report, process?.Cpu ?? default, process?.ResidentBytes ?? 0));
        }

        string[] command = [Program.Assembly, .. StreamLoad.Arguments(server, kind, shape, streams, opening, plan.Round)];
        await using var client = await PinnedProcess.StartAsync(Plan.LoadCore, folder, command, Look, cancellationToken);
        var limit = opening + plan.Round + Margin;
        await Task.WhenAny(done.Task, client.WaitAsync(cancellationToken)).WaitAsync(limit, cancellationToken);
        if (!done.Task.IsCompleted)
            throw new InvalidOperationException($"the stream client ended without a report:\n{client.LastLines}");
        var (report, cpu, resident) = await done.Task;
        await client.WaitAsync(cancellationToken).WaitAsync(Margin, cancellationToken);
        return new StreamMeasurement(
            report, process is null ? double.NaN : (cpu - await before.Task).TotalMicroseconds / Math.Max(1, report.Events), resident);
    }

    private Task SayAsync(string name, string what) => progress.WriteLineAsync($"{name}: {what}");
}
