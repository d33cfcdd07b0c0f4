using System.Globalization;
using System.Text;

namespace LoadTest.Classifier;

/// <summary>Writes what a <see cref="ClassifierRun"/> saw as Markdown, with the bounds that are aimed at.</summary>
internal static class ClassifierResults
{
    private const double MostTimes = 1.3;
    private const double MostShortMs = 1.5;
    private const double MostCappedMs = 5;

    public static string ToMarkdown(ClassifierObservation seen, DateOnly date, double busy)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured on {date:yyyy-MM-dd}; load average of the machine when the run began: {busy:0.0}. The gateway had one core. Medians; {seen.WithRoutes.Count} starts of each kind and {seen.Without.Count} rounds of each, which took turns.\n");
        var (without, beside) = (Median(seen.Without, r => r.PassThrough.P99.TotalMilliseconds), Median(seen.Beside, r => r.PassThrough.P99.TotalMilliseconds));
        text.AppendLine(CultureInfo.InvariantCulture, $"| {ClassifierRun.PassThroughRate} pass-through requests a second | per second | p50 | p99 | core busy |");
        text.AppendLine("|---|---:|---:|---:|---:|");
        Row(text, "alone", seen.Without);
        Row(text, $"beside {ClassifierRun.DecisionRate} decisions a second", seen.Beside);
        var ratios = seen.Without.Zip(seen.Beside).Select(pair => pair.Second.PassThrough.P99 / pair.First.PassThrough.P99).Order().ToArray();
        text.AppendLine(CultureInfo.InvariantCulture, $"\nThe p99 beside decisions is {beside / without:0.00} times that without (of neighbouring rounds {ratios[0]:0.00} to {ratios[^1]:0.00}); aim: {MostTimes} times. {Reached(beside / without, MostTimes)}\n");
        text.AppendLine("| decisions on new prompts | per second | deciding, p50 | p99 | with HTTP, p50 | p99 | aim for deciding, p50 |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---|");
        Row(text, "short (11 pieces), one after the other", seen.Short, MostShortMs);
        Row(text, "at the cap of 64 pieces, one after the other", seen.Capped, MostCappedMs);
        text.AppendLine(CultureInfo.InvariantCulture, $"| short, beside pass-through | {Median(seen.Beside, r => r.Decisions!.Value.PerSecond):0} | | | {Median(seen.Beside, r => r.Decisions!.Value.P50.TotalMilliseconds):0.00} ms | {Median(seen.Beside, r => r.Decisions!.Value.P99.TotalMilliseconds):0.00} ms | |\n");
        text.AppendLine("| start | to healthy | CPU until then | to the first decision | memory afterwards |");
        text.AppendLine("|---|---:|---:|---:|---:|");
        Row(text, "without routes (direct mode)", seen.WithoutRoutes);
        Row(text, "with routes", seen.WithRoutes);
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, List<Round> rounds) => text.AppendLine(
        CultureInfo.InvariantCulture,
        $"| {name} | {Median(rounds, r => r.PassThrough.PerSecond):0} | {Median(rounds, r => r.PassThrough.P50.TotalMilliseconds):0.00} ms | {Median(rounds, r => r.PassThrough.P99.TotalMilliseconds):0.00} ms | {Median(rounds, r => r.CpuShare):P0} |");

    private static void Row(StringBuilder text, string name, List<GatewayStart> starts)
    {
        var decided = starts.Any(s => s.ToDecision is not null) ? string.Create(CultureInfo.InvariantCulture, $"{Median(starts, s => s.ToDecision!.Value.TotalMilliseconds):0} ms") : "";
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | {Median(starts, s => s.ToHealthy.TotalMilliseconds):0} ms | {Median(starts, s => s.Cpu.TotalMilliseconds):0} ms | {decided} | {Median(starts, s => s.ResidentBytes / 1048576.0):0} MB |");
    }

    private static void Row(StringBuilder text, string name, DecisionTimes times, double mostMs)
    {
        var (decided, answered) = times;
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | | {Percentile(decided, 0.5):0.00} ms | {Percentile(decided, 0.99):0.00} ms | {Percentile(answered, 0.5):0.00} ms | {Percentile(answered, 0.99):0.00} ms | {mostMs} ms: {Reached(Percentile(decided, 0.5), mostMs)} |");
    }

    private static string Reached(double value, double most) => value <= most ? "reached" : "missed";

    private static double Median<T>(List<T> items, Func<T, double> value) => Percentile([.. items.Select(value)], 0.5);

    private static double Percentile(List<double> values, double fraction) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * fraction)));
}
