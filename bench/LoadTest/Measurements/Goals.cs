using System.Globalization;
using System.Text;

namespace LoadTest.Measurements;

/// <summary>What the gateway may cost, as ratios to the floor of the same run where there is one, and whether it costs no more.</summary>
internal static class Goals
{
    /// <summary>Appends a table of the goals whose targets were measured.</summary>
    public static void AppendTo(StringBuilder text, Results results)
    {
        var goals = Of(results).Where(goal => double.IsFinite(goal.Measured)).ToArray();
        if (goals.Length == 0)
            return;
        text.Append("## Targets\n\n| | measured | target | met |\n|---|---:|---:|---|\n");
        foreach (var goal in goals)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {goal.What} | {goal.Measured.ToString(goal.Form, CultureInfo.InvariantCulture)} | ")
                .Append(goal.Most is { } most ? $"≤ {most.ToString(goal.Form, CultureInfo.InvariantCulture)}" : "–")
                .Append(" | ").Append(goal.Most is { } limit ? goal.Measured <= limit ? "yes" : "**no**" : "–").Append(" |\n");
        }

        text.Append('\n');
    }

    private static IEnumerable<Goal> Of(Results results)
    {
        var (direct, floor) = (results.Find(Results.NoProxyName), results.Find(Results.FloorName));
        var (plain, translated, policy) = (results.Find(Results.PassThroughName), results.Find(Results.TranslationName), results.Find(Results.PolicyName));
        yield return Ratio("pass-through, saturated: CPU per request × floor", plain, target => target?.Saturated?.CpuUsPerRequest, 1.25);
        yield return Ratio("pass-through, 1,000/s: CPU per request × floor", plain, target => target?.Moderate?.CpuUsPerRequest, 1.25);
        yield return OfTheOther("pass-through, saturated: CPU per request × the floor on socket threads", target => target?.Saturated?.CpuUsPerRequest);
        yield return OfTheOther("pass-through, 1,000/s: CPU per request × the floor on socket threads", target => target?.Moderate?.CpuUsPerRequest);
        yield return Ratio("policy mode, pinned session, saturated: CPU per request × floor", policy, target => target?.Saturated?.CpuUsPerRequest, 1.4);
        yield return Ratio("policy mode, pinned session, 1,000/s: CPU per request × floor", policy, target => target?.Moderate?.CpuUsPerRequest, 1.4);
        yield return OnRecord("direct mode, saturated: CPU per request on record × without", Results.LoggedName, plain, target => target?.Saturated?.CpuUsPerRequest);
        yield return OnRecord("direct mode, 1,000/s: CPU per request on record × without", Results.LoggedName, plain, target => target?.Moderate?.CpuUsPerRequest);
        yield return OnRecord("policy mode, saturated: CPU per request on record × without", Results.LoggedPolicyName, policy, target => target?.Saturated?.CpuUsPerRequest);
        yield return new("on record: more RSS MB after the load", (results.Find(Results.LoggedName)?.LoadedResidentBytes - plain?.LoadedResidentBytes) / 1e6, 16, "0");
        yield return Ratio("translation, saturated: CPU per request × floor", translated, target => target?.Saturated?.CpuUsPerRequest, 1.6);
        yield return Ratio("translation, 1,000/s: CPU per request × floor", translated, target => target?.Moderate?.CpuUsPerRequest, 1.6);
        yield return Ratio("streams, pass-through: CPU per event × floor", plain, target => target?.FewStreams?.CpuUsPerEvent, 1.3);
        yield return Ratio("streams, translated: CPU per event × floor", translated, target => target?.FewStreams?.CpuUsPerEvent, 2.5);
        yield return new("first event, pass-through: µs after the floor's, p50", plain?.FirstEvents?.Report.FirstEventP50Us - floor?.FirstEvents?.Report.FirstEventP50Us, 100, "0");
        yield return new("pass-through at 1,000/s: added to no proxy, p50 µs", Added(target => target.Load.P50), null, "0");
        yield return new("pass-through at 1,000/s: added to no proxy, p99 µs", Added(target => target.Load.P99), null, "0");
        yield return new($"{results.Plan.ManyStreams:N0} streams, pass-through: stalls and failures", plain?.ManyStreams is { } many ? many.Report.Stalls + many.Report.Failures : null, 0, "0");
        yield return new($"{results.Plan.ManyStreams:N0} streams, pass-through: RSS MB", plain?.ManyStreams?.ResidentBytes / 1e6, 250, "0");
        yield return new("pass-through, after the load: RSS MB", plain?.LoadedResidentBytes / 1e6, 130, "0");
        yield return new("policy mode with the embedded classifier, after the load: RSS MB", policy?.LoadedResidentBytes / 1e6, null, "0");
        yield return new("pass-through: bytes allocated per request", plain?.Saturated?.AllocatedPerRequest, null, "0");
        yield return new("policy mode: bytes allocated per request", policy?.Saturated?.AllocatedPerRequest, null, "0");
        yield return new("translation: bytes allocated per request", translated?.Saturated?.AllocatedPerRequest, null, "0");

        Goal Ratio(string what, TargetMeasurement? target, Func<TargetMeasurement?, double?> cost, double most) => new(what, cost(target) / cost(floor), most, "0.00");

        Goal OfTheOther(string what, Func<TargetMeasurement?, double?> cost) => new(what, cost(plain) / cost(results.Find(Results.OtherFloorName)), null, "0.00");

        Goal OnRecord(string what, string name, TargetMeasurement? without, Func<TargetMeasurement?, double?> cost) => new(what, cost(results.Find(name)) / cost(without), 1.05, "0.00");

        double? Added(Func<RequestMeasurement, TimeSpan> latency) =>
            plain?.Moderate is { } through && direct?.Moderate is { } without ? (latency(through) - latency(without)).TotalMicroseconds : null;
    }

    /// <summary>One goal.</summary>
    /// <param name="What">What is measured.</param>
    /// <param name="Value">The figure; <see langword="null"/> when it was not measured.</param>
    /// <param name="Most">What it may be; <see langword="null"/> where it is only told.</param>
    /// <param name="Form">How it is written.</param>
    private sealed record Goal(string What, double? Value, double? Most, string Form)
    {
        public double Measured => Value ?? double.NaN;
    }
}
