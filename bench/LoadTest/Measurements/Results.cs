using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LoadTest.Measurements;

/// <summary>What a run measured, as Markdown.</summary>
internal sealed record Results(Plan Plan, IReadOnlyList<TargetMeasurement> Requests, IReadOnlyList<TargetMeasurement> Decisions)
{
    /// <summary>The name of the target that ratios refer to.</summary>
    public const string FloorName = "the floor";

    /// <summary>The floor that works where the gateway does.</summary>
    public const string OtherFloorName = "the floor, on socket threads";

    public const string NoProxyName = "no proxy";
    public const string PassThroughName = "gateway, direct mode";
    public const string TranslationName = "gateway, Messages to Chat";
    public const string PolicyName = "gateway, policy mode, sessions";
    public const string LoggedName = "gateway, direct mode, on record";
    public const string LoggedPolicyName = "gateway, policy mode, sessions, on record";
    public const string PlanoProxyName = "gateway, plano_proxy mode";
    public const string PlanoEmbeddedName = "gateway, plano_embedded mode";

    private TargetMeasurement? Floor => Find(FloorName);

    private TargetMeasurement? Direct => Find(NoProxyName);

    /// <summary>What was measured of a target of requests; <see langword="null"/> when nothing was.</summary>
    public TargetMeasurement? Find(string name) => Requests.FirstOrDefault(target => target.Name == name && target.NotMeasured is null);

    /// <summary>Everything.</summary>
    /// <param name="today">The date of the run.</param>
    /// <param name="sharedMachine">Load average at the start, which tells whether others were at work, too.</param>
    public string ToMarkdown(DateOnly today, double sharedMachine)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Load test

            {today:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, everything on the loopback interface;
            the measured program has one core, upstream and load share another. Warm-up {Plan.WarmUp.TotalSeconds:0} s, the targets taking turns;
            {Plan.Processes} processes each of the floor and of the gateway in direct and policy mode and translating; of small requests {Plan.SaturatedRounds} rounds of {Plan.RequestRound.TotalSeconds:0} s for each process at saturation and {Plan.ModerateRounds} at 1,000/s: CPU time at their lower quartile, delays and memory at the median.
            Load average at the start: {sharedMachine:0.0}{(sharedMachine > 0.5 ? " (others were at work: take ratios for rough and absolute figures for nothing)" : "")}.
            Requests of about 90 bytes are answered with 640 bytes, requests of 32 KB with 32 KB. "×" is the ratio to {FloorName}. How it is measured: docs/performance.md.


            """);
        Goals.AppendTo(text, this);
        AppendModes(text);
        AppendRequests(text);
        AppendStreams(text);
        AppendMemory(text);
        AppendDecisions(text);
        foreach (var target in Requests.Concat(Decisions).Where(target => target.NotMeasured is not null))
            text.Append(CultureInfo.InvariantCulture, $"Not measured: {target.Name} ({target.NotMeasured})\n\n");
        AppendFailures(text);
        return text.ToString().TrimEnd() + "\n";
    }

    private void AppendRequests(StringBuilder text)
    {
        if (!Requests.Any(target => target.Saturated is not null))
            return;
        text.Append("""
            ## Requests

            A core that is not busy at saturation means that upstream and load were the limit, not the measured program.

            | | requests/s | × | core busy | 32 KB: requests/s | × | CPU µs/request, saturated | × | CPU µs/request at 1,000/s | × | added p50 µs | added p99 µs | bytes allocated/request |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var target in Requests)
        {
            if (target is not { Saturated: { } saturated, SaturatedLarge: { } large, Moderate: { } moderate })
                continue;
            Row(text, target.Name, [
                Number(saturated.Load.PerSecond), Ratio(saturated.Load.PerSecond, Floor?.Saturated?.Load.PerSecond), Percent(saturated.CpuUsPerRequest * saturated.Load.PerSecond / 1e6),
                Number(large.Load.PerSecond), Ratio(large.Load.PerSecond, Floor?.SaturatedLarge?.Load.PerSecond),
                Number(saturated.CpuUsPerRequest, 1), Ratio(saturated.CpuUsPerRequest, Floor?.Saturated?.CpuUsPerRequest),
                Number(moderate.CpuUsPerRequest), Ratio(moderate.CpuUsPerRequest, Floor?.Moderate?.CpuUsPerRequest),
                Added(target, moderate.Load.P50, Direct?.Moderate?.Load.P50), Added(target, moderate.Load.P99, Direct?.Moderate?.Load.P99),
                Number(saturated.AllocatedPerRequest)]);
        }

        text.Append('\n');
    }

    private void AppendStreams(StringBuilder text)
    {
        if (!Requests.Any(target => target.FewStreams is not null))
            return;
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Streams

            {Plan.FewStreams} streams of 45 events per second each; then {Plan.ManyStreams:N0} streams of 2 events per second each. A stall is an event that arrives more than 250 ms after it was sent.

            | | added to the first event, p50 µs | CPU µs/event | × | event delay p50 µs | p99 µs | {Plan.ManyStreams:N0} streams: events/s | p99 µs | largest ms | stalls | failed | CPU µs/event | RSS MB |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var target in Requests)
        {
            if (target is not { FirstEvents: { } first, FewStreams: { } few })
                continue;
            var many = target.ManyStreams;
            Row(text, target.Name, [
                FirstEvent(target, first),
                Number(few.CpuUsPerEvent, 1), Ratio(few.CpuUsPerEvent, Floor?.FewStreams?.CpuUsPerEvent),
                Number(few.Report.DelayP50Us), Number(few.Report.DelayP99Us),
                Number(many?.Report.Events / many?.Report.Seconds), Number(many?.Report.DelayP99Us), Number(many?.Report.DelayMaxUs / 1000),
                Number(many?.Report.Stalls), Number(few.Report.Failures + (many?.Report.Failures ?? 0)), Number(many?.CpuUsPerEvent, 1), Megabytes(many?.ResidentBytes)]);
        }

        text.Append('\n');
    }

    // The modes beside each other, each against asking the upstream without the gateway.
    private void AppendModes(StringBuilder text)
    {
        string[] modes = [NoProxyName, PassThroughName, PolicyName, PlanoProxyName, PlanoEmbeddedName];
        if (modes.Count(mode => Find(mode)?.Moderate is not null) < 2)
            return;
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Modes

            Against no proxy, where the figure itself stands in parentheses. In the plano modes a second gateway plays Plano (the container is one that somebody else runs), so that what is added is added by two.

            | | requests/s | added at {Plan.ModerateRate:N0}/s, p50 µs | p99 µs | added to the first event, p50 µs |
            |---|---:|---:|---:|---:|

            """);
        foreach (var target in modes.Select(Find))
        {
            if (target is not { Saturated: { } saturated, Moderate: { } moderate, FirstEvents: { } first })
                continue;
            Row(text, target.Name, [
                Number(saturated.Load.PerSecond), Added(target, moderate.Load.P50, Direct?.Moderate?.Load.P50),
                Added(target, moderate.Load.P99, Direct?.Moderate?.Load.P99), FirstEvent(target, first)]);
        }

        text.Append('\n');
    }

    private string FirstEvent(TargetMeasurement target, StreamMeasurement first) => Added(
        target, TimeSpan.FromMicroseconds(first.Report.FirstEventP50Us), Direct?.FirstEvents is { } direct ? TimeSpan.FromMicroseconds(direct.Report.FirstEventP50Us) : null);

    private void AppendMemory(StringBuilder text)
    {
        if (!Requests.Any(target => target.IdleResidentBytes is not null))
            return;
        text.Append("""
            ## Memory

            | | RSS before the load, MB | after it, MB |
            |---|---:|---:|

            """);
        foreach (var target in Requests.Where(target => target.IdleResidentBytes is not null && target.Saturated is not null))
            Row(text, target.Name, [Megabytes(target.IdleResidentBytes), Megabytes(target.LoadedResidentBytes)]);
        text.Append('\n');
    }

    private void AppendDecisions(StringBuilder text)
    {
        if (!Decisions.Any(target => target.Saturated is not null))
            return;
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Decisions

            `POST /routing/v1/chat/completions` with 1 KB and the embedded classifier.

            | | requests/s | CPU µs/request, saturated | p50 µs, saturated | at requests/s | p50 µs | p99 µs | CPU µs/request | bytes allocated/request | RSS MB |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var target in Decisions)
        {
            if (target is not { Saturated: { } saturated, Moderate: { } moderate })
                continue;
            Row(text, target.Name, [
                Number(saturated.Load.PerSecond), Number(saturated.CpuUsPerRequest, 1), Number(saturated.Load.P50.TotalMicroseconds),
                Number(moderate.Load.PerSecond), Number(moderate.Load.P50.TotalMicroseconds), Number(moderate.Load.P99.TotalMicroseconds),
                Number(moderate.CpuUsPerRequest), Number(saturated.AllocatedPerRequest), Megabytes(target.LoadedResidentBytes)]);
        }

        text.Append('\n');
    }

    private void AppendFailures(StringBuilder text)
    {
        foreach (var target in Requests.Concat(Decisions))
        {
            long?[] failures = [target.Saturated?.Load.Failures, target.SaturatedLarge?.Load.Failures, target.Moderate?.Load.Failures];
            if (failures.Sum() is > 0 and var failed)
                text.Append(CultureInfo.InvariantCulture, $"Failed requests: {target.Name}, {failed}\n\n");
            if ((target.FirstEvents?.Report.FirstFailure ?? target.FewStreams?.Report.FirstFailure ?? target.ManyStreams?.Report.FirstFailure) is { } reason)
                text.Append(CultureInfo.InvariantCulture, $"Failed streams: {target.Name} ({reason})\n\n");
        }
    }

    private string Added(TargetMeasurement target, TimeSpan value, TimeSpan? direct) =>
        ReferenceEquals(target, Direct) ? $"({Number(value.TotalMicroseconds)})" : direct is { } without ? Number((value - without).TotalMicroseconds) : "–";

    private static void Row(StringBuilder text, string name, IEnumerable<string> cells) => text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Ratio(double value, double? floor) =>
        floor is { } reference && double.IsFinite(value) ? (value / reference).ToString("0.00", CultureInfo.InvariantCulture) : "–";

    private static string Percent(double fraction) => double.IsFinite(fraction) ? fraction.ToString("0 %", CultureInfo.InvariantCulture) : "–";

    private static string Megabytes(long? bytes) => bytes is { } known and > 0 ? Number(known / 1e6) : "–";

    private static string Number(double? measured, int digits = 0) =>
        measured is { } value && double.IsFinite(value) ? value.ToString(digits == 0 ? "#,0" : "#,0.0", CultureInfo.InvariantCulture) : "–";
}
