using System.Globalization;
using System.Text;

namespace Limits;

/// <summary>One run.</summary>
/// <param name="Fault">What happened meanwhile.</param>
/// <param name="Counts">What clients saw.</param>
/// <param name="Windows">Seconds of the clock that it took.</param>
/// <param name="Tolerance">By how much the tokens may differ from what the limit allows.</param>
internal sealed record Row(string Fault, Counts Counts, int Windows, double Tolerance)
{
    /// <summary>Tokens that were answered.</summary>
    public int Tokens => Counts.Answered * Gateways.TokensPerRequest;

    /// <summary>Tokens that the limit allows in that time.</summary>
    public int Allowed => Windows * Gateways.TokensPerSecond;

    /// <summary>By how much they differ.</summary>
    public double Difference => (double)(Tokens - Allowed) / Allowed;

    /// <summary>Whether that is within the tolerance, and nothing else went wrong.</summary>
    public bool IsAsPromised => Math.Abs(Difference) <= Tolerance && Counts.Other == 0;
}

/// <summary>What a killed gateway left set aside.</summary>
/// <param name="Before">Tokens before it was killed.</param>
/// <param name="After">Tokens at the end.</param>
/// <param name="Took">How long it took until there were none.</param>
internal sealed record Leftover(double Before, double After, TimeSpan Took)
{
    /// <summary>Whether everything came back within the lease, and some.</summary>
    public bool IsAsPromised => Before > 0 && After == 0 && Took < TimeSpan.FromSeconds(Gateways.LeaseSeconds + 3);
}

/// <summary>The document.</summary>
internal static class Report
{
    public static string Text(IReadOnlyList<Row> rows, Leftover left, IReadOnlyList<Cost> costs)
    {
        var text = new StringBuilder();
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        text.AppendLine("# Three gateways, one limit in one Redis").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores for everything, load average at the end {load}. What runs and what is asked: [README.md](README.md).").AppendLine();
        text.AppendLine("| meanwhile | requests | answered | refused | other | seconds | tokens | allowed | difference | promised | kept |").AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Fault} | {row.Counts.Answered + row.Counts.Refused + row.Counts.Other:N0} | {row.Counts.Answered:N0} | {row.Counts.Refused:N0} | {row.Counts.Other} | {row.Windows} | {row.Tokens:N0} | {row.Allowed:N0} | {row.Difference:+0.0%;-0.0%;0.0%} | {row.Tolerance:0%} | {(row.IsAsPromised ? "yes" : "no")} |");
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"A gateway with 20 requests under way is killed (SIGKILL): {left.Before:N0} tokens were set aside, {left.After:N0} after {left.Took.TotalSeconds:0.0} s (lease {Gateways.LeaseSeconds} s): {(left.IsAsPromised ? "as promised" : "not as promised")}.");
        text.AppendLine().AppendLine("| configured | CPU time of the gateway for a request | more |").AppendLine("|---|---:|---:|");
        foreach (var cost in costs)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {cost.Name} | {cost.Microseconds:0} µs | {(cost.Microseconds / costs[0].Microseconds) - 1:+0.0%;-0.0%;0.0%} |");
        return text.ToString();
    }

    /// <summary>Where the results are kept, if this runs from within the repository.</summary>
    public static string? Place()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, "bench", "limits");
            if (Directory.Exists(place) && File.Exists(Path.Combine(folder.FullName, "ModelScan.sln")))
                return Path.Combine(place, "RESULTS.md");
        }

        return null;
    }
}
