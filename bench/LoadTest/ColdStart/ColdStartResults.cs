using System.Globalization;
using System.Text;

namespace LoadTest.ColdStart;

/// <summary>Writes what a <see cref="ColdStartRun"/> saw as Markdown.</summary>
/// <param name="observations">What was seen; the first is what the others are compared with.</param>
/// <param name="busy">Load average of the machine when the run began.</param>
internal sealed class ColdStartResults(IReadOnlyList<Observation> observations, double busy)
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);

    public string ToMarkdown(DateOnly date)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Measured on {date:yyyy-MM-dd}; load average of the machine when the run began: {busy:0.0}. Medians of ");
        text.Append(CultureInfo.InvariantCulture, $"{observations[0].Starts.Count} starts and {observations[0].Loads.Count} loads of each variant, which took turns.\n\n");
        text.Append("| variant | to healthy | CPU to healthy | first 10 s | last 10 s | first / last | first 10 s, per CPU second | last 10 s, per CPU second | first / last |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var seen in observations)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {seen.Variant.Name} | {Of(seen.Starts, start => start.Elapsed.TotalMilliseconds):0} ms | {Of(seen.Starts, start => start.Cpu.TotalMilliseconds):0} ms ");
            var (first, last) = (Of(seen.Loads, load => PerSecond(Head(load))), Of(seen.Loads, load => PerSecond(Tail(load))));
            var (firstCpu, lastCpu) = (Of(seen.Loads, load => PerCpuSecond(Head(load))), Of(seen.Loads, load => PerCpuSecond(Tail(load))));
            text.Append(CultureInfo.InvariantCulture, $"| {first:N0}/s | {last:N0}/s | {first / last:0.00} | {firstCpu:N0} | {lastCpu:N0} | {firstCpu / lastCpu:0.00} |\n");
        }

        text.Append("\nAs ratios to the first variant:\n\n| variant | to healthy | CPU to healthy | first 10 s | last 10 s | first 10 s, per CPU second | last 10 s, per CPU second |\n|---|---|---|---|---|---|---|\n");
        foreach (var seen in observations)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {seen.Variant.Name} | {Ratio(seen, o => Of(o.Starts, start => start.Elapsed.TotalMilliseconds)):0.00} | {Ratio(seen, o => Of(o.Starts, start => start.Cpu.TotalMilliseconds)):0.00} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Ratio(seen, o => Of(o.Loads, load => PerSecond(Head(load)))):0.00} | {Ratio(seen, o => Of(o.Loads, load => PerSecond(Tail(load)))):0.00} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Ratio(seen, o => Of(o.Loads, load => PerCpuSecond(Head(load)))):0.00} | {Ratio(seen, o => Of(o.Loads, load => PerCpuSecond(Tail(load)))):0.00} |\n");
        }

        text.Append("\nRequests per second of the gateway's CPU time, by five seconds of load:\n\n| variant |");
        var slices = Enumerable.Range(0, observations[0].Loads.Select(load => (load.Count - 1) / 5).DefaultIfEmpty(0).Min()).ToArray();
        text.AppendJoin("", slices.Select(slice => string.Create(CultureInfo.InvariantCulture, $" {slice * 5} s |"))).Append("\n|---|").Insert(text.Length, "---|", slices.Length).Append('\n');
        foreach (var seen in observations)
            text.Append(CultureInfo.InvariantCulture, $"| {seen.Variant.Name} |").AppendJoin("", slices.Select(slice => string.Create(CultureInfo.InvariantCulture, $" {Of(seen.Loads, load => PerCpuSecond((load[slice * 5], load[(slice * 5) + 5]))):N0} |"))).Append('\n');
        text.Append("\nEvery start, in ms (and ms of CPU):\n\n");
        foreach (var seen in observations)
            text.Append(CultureInfo.InvariantCulture, $"- {seen.Variant.Name}: {string.Join(", ", seen.Starts.Select(start => string.Create(CultureInfo.InvariantCulture, $"{start.Elapsed.TotalMilliseconds:0} ({start.Cpu.TotalMilliseconds:0})")))}\n");
        return text.ToString();
    }

    private double Ratio(Observation seen, Func<Observation, double> value) => value(seen) / value(observations[0]);

    private static (Moment From, Moment To) Head(IReadOnlyList<Moment> load) => (load[0], load.First(moment => moment.Elapsed >= Early || moment == load[^1]));

    private static (Moment From, Moment To) Tail(IReadOnlyList<Moment> load) => (load.Last(moment => moment.Elapsed <= load[^1].Elapsed - Early || moment == load[0]), load[^1]);

    private static double PerSecond((Moment From, Moment To) span) => (span.To.Answers - span.From.Answers) / (span.To.Elapsed - span.From.Elapsed).TotalSeconds;

    private static double PerCpuSecond((Moment From, Moment To) span) => (span.To.Answers - span.From.Answers) / (span.To.Cpu - span.From.Cpu).TotalSeconds;

    private static double Of<T>(IEnumerable<T> items, Func<T, double> value)
    {
        var sorted = items.Select(value).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
