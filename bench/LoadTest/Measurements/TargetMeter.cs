using LoadTest.Load;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.Measurements;

/// <summary>
/// Measures targets in turn, one kind of load after the other, so that what changes on the machine meanwhile changes for all of them.
/// A target whose answers are wrong is left out.
/// </summary>
/// <param name="plan">How long and how much.</param>
/// <param name="folder">For scripts and sockets.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class TargetMeter(Plan plan, string folder, TextWriter progress)
{
    private static readonly StreamShape FirstShape = new(1000, 2000);
    private static readonly StreamShape FewShape = new(100_000, 22);
    private static readonly StreamShape ManyShape = new(10_000, 500);
    private static readonly TimeSpan FirstCounting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly Wrk _wrk = new(Plan.LoadCore, folder);

    /// <summary>Measures requests, large and small, and streams.</summary>
    public async Task MeasureAsync(IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        await ForEachAsync(targets, "checking answers", async target =>
            target.Measured.NotMeasured ??= await AnswerCheck.FindFaultAsync(target.Server, target.Kind, cancellationToken));
        await ForEachAsync(targets, "warming up", target =>
            _wrk.SaturateAsync(target.Server, target.Kind, target.Body, target.Process is null ? plan.ShortWarmUp : plan.WarmUp, cancellationToken));
        for (var round = 1; round <= plan.SaturatedRounds; round++)
            await ForEachAsync(targets, $"saturated, round {round}", async target => target.Measured.AddSaturated(await SaturateAsync(target, target.Body, plan.RequestRound, cancellationToken)));
        var first = targets.Where(target => !target.IsTwin).ToArray();
        await ForEachAsync(first, "saturated, 32 KB", async target =>
            target.Measured.SaturatedLarge = await SaturateAsync(target, target.Kind.OfBytes(FixedAnswers.LargeBytes), plan.Round, cancellationToken));
        for (var round = 1; round <= plan.ModerateRounds; round++)
        {
            await ForEachAsync(targets, $"{Plan.ModerateRate} requests per second, round {round}", async target =>
            {
                target.Measured.AddModerate(await PaceAsync(target, plan.RequestRound, cancellationToken));
                if (round == plan.ModerateRounds && target.Process is { } process)
                    target.Measured.AddResidentBytes(process.ResidentBytes);
            });
        }

        await ForEachAsync(first, "first events", async target =>
            target.Measured.FirstEvents = await StreamAsync(target, FirstShape, plan.FirstStreams, perSecond: 100, FirstCounting, cancellationToken));
        await ForEachAsync(first, $"{Plan.FewStreams} streams", async target =>
            target.Measured.FewStreams = await StreamAsync(target, FewShape, Plan.FewStreams, perSecond: 100, plan.Round, cancellationToken));
        await ForEachAsync(first.Where(target => target.TakesManyStreams), $"{plan.ManyStreams} streams", async target =>
            target.Measured.ManyStreams = await StreamAsync(target, ManyShape, plan.ManyStreams, perSecond: 250, plan.Round, cancellationToken));
    }

    /// <summary>Measures answers of the decision endpoint.</summary>
    public async Task MeasureDecisionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        await ForEachAsync(targets, "checking answers", async target =>
            target.Measured.NotMeasured = await AnswerCheck.FindDecisionFaultAsync(target.Server, target.Kind, cancellationToken));
        await ForEachAsync(targets, "warming up", target => _wrk.SaturateAsync(target.Server, target.Kind, target.Body, plan.ShortWarmUp, cancellationToken));
        await ForEachAsync(targets, "saturated", async target => target.Measured.AddSaturated(await SaturateAsync(target, target.Body, plan.Round, cancellationToken)));
        await ForEachAsync(targets, "below saturation", async target =>
        {
            target.Measured.AddModerate(await PaceAsync(target, plan.Round, cancellationToken));
            if (target.Process is { } process)
                target.Measured.AddResidentBytes(process.ResidentBytes);
        });
    }

    private async Task ForEachAsync(IEnumerable<Target> targets, string what, Func<Target, Task> measure)
    {
        foreach (var target in targets.Where(target => target.Measured.NotMeasured is null))
        {
            await progress.WriteLineAsync($"{target.Name}: {what}");
            await measure(target);
        }
    }

    private Task<RequestMeasurement> SaturateAsync(Target target, string body, TimeSpan length, CancellationToken cancellationToken) =>
        RequestMeasurement.TakeAsync(target.Process, () => _wrk.SaturateAsync(target.Server, target.Kind, body, length, cancellationToken), cancellationToken);

    private Task<RequestMeasurement> PaceAsync(Target target, TimeSpan length, CancellationToken cancellationToken) =>
        RequestMeasurement.TakeAsync(target.Process, () => _wrk.PaceAsync(target.Server, target.Kind, target.Body, target.Rate, length, cancellationToken), cancellationToken);

    private async Task<StreamMeasurement> StreamAsync(
        Target target, StreamShape shape, int streams, int perSecond, TimeSpan counting, CancellationToken cancellationToken)
    {
        var process = target.Process;
        var opening = TimeSpan.FromSeconds((double)streams / perSecond);
        var before = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource<(StreamReport Report, TimeSpan Cpu, long Resident)>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string line)
        {
            if (line.StartsWith(StreamReport.CountingMark, StringComparison.Ordinal))
                before.TrySetResult(process?.Cpu ?? default);
            else if (StreamReport.FromLine(line) is { } report)
                done.TrySetResult((report, process?.Cpu ?? default, process?.ResidentBytes ?? 0));
        }

        string[] command = [Program.Assembly, .. StreamLoad.Arguments(target.Server, target.Kind, shape, streams, opening, counting)];
        await using var client = await PinnedProcess.StartAsync(Plan.LoadCore, folder, command, Look, cancellationToken);
        var limit = opening + counting + Margin;
        await Task.WhenAny(done.Task, client.WaitAsync(cancellationToken)).WaitAsync(limit, cancellationToken);
        if (!done.Task.IsCompleted)
            throw new InvalidOperationException($"the stream client ended without a report:\n{client.LastLines}");
        var (report, cpu, resident) = await done.Task;
        await client.WaitAsync(cancellationToken).WaitAsync(Margin, cancellationToken);
        return new StreamMeasurement(
            report, process is null ? double.NaN : (cpu - await before.Task).TotalMicroseconds / Math.Max(1, report.Events), resident);
    }
}
