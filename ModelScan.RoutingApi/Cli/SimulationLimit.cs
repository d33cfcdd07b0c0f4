using System.Globalization;
using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Routing.Redecisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary>What a change of policy must not do: <c>cost&gt;+5%</c>. Percent of cost are against what it was, others against all requests.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Name">What is measured.</param>
/// <param name="IsAbove">Whether it fails above the bound, and not below it.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsPercent">Whether that is in percent.</param>
internal sealed partial record SimulationLimit(string Text, string Name, bool IsAbove, double Bound, bool IsPercent)
{
    /// <summary>Reads a condition.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SimulationLimit Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && double.TryParse(match.Groups["bound"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
            ? new SimulationLimit(text, match.Groups["name"].Value, match.Groups["sign"].Value == ">", bound, match.Groups["percent"].Success)
            : throw new FormatException($"'{text}' is no condition: write cost, cost_high, models, routes, switches or undecidable, then > or <, then a number, with % if you like.");
    }

    /// <summary>Whether the condition holds, so that the change must not pass.</summary>
    public bool Holds(RedecisionReport report)
    {
        var value = Name switch
        {
            "cost" => Against(report.CostLow, report.CostBefore),
            "cost_high" => Against(report.CostHigh, report.CostBefore),
            "models" => Of(report.OtherModels, report),
            "routes" => Of(report.OtherRoutes, report),
            "switches" => Of(report.SwitchesAfter, report),
            _ => Of(report.Undecidable, report),
        };
        return IsAbove ? value > Bound : value < Bound;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private double Against(double now, double then) => !IsPercent ? now - then : then > 0 ? (now - then) / then * 100 : now > 0 ? double.PositiveInfinity : 0;

    private double Of(int part, RedecisionReport report) => IsPercent ? report.Records == 0 ? 0 : part * 100.0 / report.Records : part;

    [GeneratedRegex(@"^\s*(?<name>cost|cost_high|models|routes|switches|undecidable)\s*(?<sign>[<>])\s*(?<bound>[+-]?[0-9.]+)\s*(?<percent>%)?\s*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
