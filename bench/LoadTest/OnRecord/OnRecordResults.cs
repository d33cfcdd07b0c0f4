using System.Globalization;
using System.Text;
using LoadTest.Measurements;

namespace LoadTest.OnRecord;

/// <summary>Writes what an <see cref="OnRecordRun"/> saw as Markdown, with the bound that is aimed at.</summary>
internal static class OnRecordResults
{
    private const double MostTimes = 1.05;

    public static string ToMarkdown(IReadOnlyList<OnRecordObservation> seen, DateOnly date, double busy)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured on {date:yyyy-MM-dd}; load average of the machine when the run began: {busy:0.0}. Each row: pairs of rounds, without and with, one right behind the other in the same process. The quiet quarter: the first quartile of the rounds on record over the first quartile of those without, since what else runs on a machine only adds to a round; that ratio is held against the aim. The rest are medians.\n");
        text.AppendLine("| | pairs | CPU µs/request without | on record | × of the pairs (quartiles) | × of the quiet quarter | aim | p50 µs without | on record | p99 µs without | on record | bytes allocated without | on record |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var mode in seen)
        {
            Row(text, $"{mode.Mode} mode, saturated", mode.Saturated);
            Row(text, $"{mode.Mode} mode, {Plan.ModerateRate.ToString("N0", CultureInfo.InvariantCulture)}/s", mode.Moderate);
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, List<RoundPair> pairs)
    {
        var times = pairs.Select(pair => pair.With.CpuUsPerRequest / pair.Without.CpuUsPerRequest).Order().ToArray();
        var quiet = Quartile(pair => pair.With.CpuUsPerRequest) / Quartile(pair => pair.Without.CpuUsPerRequest);
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {pairs.Count} | {Median(pair => pair.Without.CpuUsPerRequest):0.0} | {Median(pair => pair.With.CpuUsPerRequest):0.0} ");
        text.Append(CultureInfo.InvariantCulture, $"| {times[times.Length / 2]:0.000} ({times[times.Length / 4]:0.00}, {times[times.Length * 3 / 4]:0.00}) | {quiet:0.000} | {MostTimes}: {(quiet <= MostTimes ? "reached" : "missed")} ");
        text.Append(CultureInfo.InvariantCulture, $"| {Median(pair => pair.Without.Load.P50.TotalMicroseconds):N0} | {Median(pair => pair.With.Load.P50.TotalMicroseconds):N0} ");
        text.Append(CultureInfo.InvariantCulture, $"| {Median(pair => pair.Without.Load.P99.TotalMicroseconds):N0} | {Median(pair => pair.With.Load.P99.TotalMicroseconds):N0} ");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Median(pair => pair.Without.AllocatedPerRequest):N0} | {Median(pair => pair.With.AllocatedPerRequest):N0} |");

        double Median(Func<RoundPair, double> of) => pairs.Select(of).Order().ElementAt(pairs.Count / 2);

        double Quartile(Func<RoundPair, double> of) => pairs.Select(of).Order().ElementAt(pairs.Count / 4);
    }
}
