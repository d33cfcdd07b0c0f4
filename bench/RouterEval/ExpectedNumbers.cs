using System.Globalization;
using System.Text.Json;

namespace RouterEval;

/// <summary>
/// <c>expected.json</c>, the numbers of the reference method: <c>sets</c> by name, <c>macro</c>, <c>macroThreshold04</c>.
/// Tolerances in points: 0.5 for the means, 1.0 for a set, 3.5 for a set of fewer than 100 queries.
/// </summary>
internal static class ExpectedNumbers
{
    /// <summary>Measures that no shift of the threshold can improve at the cost of another.</summary>
    private static readonly string[] Overall = ["forced", "auroc", "accuracy", "macroF1", "turnAccuracy", "switchAccuracy", "wholeDialogue"];

    /// <summary>Compares a report with the file.</summary>
    /// <param name="file">The expected numbers.</param>
    /// <param name="report">The numbers of this run.</param>
    /// <param name="exactly">Whether better numbers count as differences too, and whether all measures count.</param>
    /// <returns>One line per number that is off.</returns>
    public static IReadOnlyList<string> Compare(string file, EvaluationReport report, bool exactly)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(file));
        using var actual = JsonDocument.Parse(report.ToJson());
        var off = new List<string>();
        void Check(string name, JsonElement wanted, JsonElement found, double tolerance)
        {
            foreach (var measure in wanted.EnumerateObject())
            {
                if (!exactly && !Overall.Contains(measure.Name))
                    continue;
                double value = found.GetProperty(measure.Name).GetDouble(), target = measure.Value.GetDouble();
                if (value < target - tolerance || exactly && value > target + tolerance)
                    off.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {measure.Name}: {value:0.00}, expected {target:0.00} within {tolerance}"));
            }
        }

        var root = expected.RootElement;
        foreach (var set in root.GetProperty("sets").EnumerateObject())
        {
            if (set.Name.StartsWith("dialogues/", StringComparison.Ordinal))
            {
                if (report.Dialogues is not null)
                    Check(set.Name, set.Value, actual.RootElement.GetProperty("dialogues"), tolerance: 1);
                continue;
            }

            var found = actual.RootElement.GetProperty("sets").EnumerateArray().FirstOrDefault(s => s.GetProperty("set").GetString() == set.Name);
            if (found.ValueKind == JsonValueKind.Undefined)
                off.Add($"{set.Name} is not in the evaluation folder");
            else
                Check(set.Name, set.Value, found, set.Value.GetProperty("queries").GetInt32() < 100 ? 3.5 : 1);
        }

        if (root.TryGetProperty("macro", out var macro))
            Check("macro", macro, actual.RootElement.GetProperty("macro"), 0.5);
        if (root.TryGetProperty("macroThreshold04", out var macro04))
            Check("macro at 0.4", macro04, actual.RootElement.GetProperty("macroThreshold04"), 0.5);
        return off;
    }
}
