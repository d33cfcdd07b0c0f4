using System.Globalization;
using System.Text;

namespace HighAvailability;

/// <summary>One fault and what became of the requests meanwhile.</summary>
/// <param name="Fault">What happened.</param>
/// <param name="Counts">What clients saw.</param>
/// <param name="Kills">Whether streams of one gateway cannot but fail.</param>
/// <param name="Forgets">Whether sessions cannot but begin anew.</param>
internal sealed record Row(string Fault, Counts Counts, bool Kills, bool Forgets)
{
    /// <summary>No request failed, no session lost its model while it was remembered, and no stream but those of a gateway that was killed.</summary>
    public bool IsAsPromised => Counts.RequestsFailed == 0 && (Forgets || Counts.PinsLost == 0) && (Kills ? Counts.StreamsCutElsewhere == 0 : Counts.StreamsCut == 0);
}

/// <summary>The table.</summary>
internal static class Report
{
    public static string Table(IEnumerable<Row> rows)
    {
        var table = new StringBuilder("| fault | requests | failed | p99 ms | streams | cut | of these, not on the killed one | sessions that lost their model | as promised |\n|---|---:|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (var row in rows)
        {
            var counts = row.Counts;
            table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Fault} | {counts.Requests:N0} | {counts.RequestsFailed} | {counts.P99Milliseconds:0} | {counts.Streams} | {counts.StreamsCut} | {counts.StreamsCutElsewhere} | {counts.PinsLost} | {(row.IsAsPromised ? "yes" : "no")} |");
        }

        foreach (var row in rows.Where(row => row.Counts.Reasons.Count > 0))
            table.AppendLine(CultureInfo.InvariantCulture, $"\n{row.Fault}: {string.Join("; ", row.Counts.Reasons.Select(reason => $"{reason.Value} × {reason.Key}"))}");
        return table.ToString();
    }

    /// <summary>The whole document.</summary>
    public static string Text(string table)
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        return $"""
            # Three gateways behind haproxy, with faults

            {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores for everything, load average at the end {load}. What runs and what is asked: [README.md](README.md).

            {table}
            """;
    }

    /// <summary>Where the results are kept, if this runs from within the repository.</summary>
    public static string? Place()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, "bench", "ha");
            if (Directory.Exists(place) && File.Exists(Path.Combine(folder.FullName, "ModelScan.sln")))
                return Path.Combine(place, "RESULTS.md");
        }

        return null;
    }
}
