using System.Globalization;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary>Shows how probable the routes and none are: a bar each, which together are one.</summary>
internal static class ProbabilityBars
{
    /// <summary>Characters of a bar of probability one.</summary>
    private const int Width = 30;

    /// <summary>Writes a row for every route, and one for none where no route takes what is left.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="classification">A classification with scores.</param>
    /// <param name="details">Whether cosines and utilities are wanted, too.</param>
    public static void Write(CommandOutput output, RouteClassification classification, bool details)
    {
        var routes = classification.Scores.ToList();
        if (classification.NoneProbability is { } none && routes.All(score => score.Cosine is not null))
            routes.Add(new RouteScore("(none)", double.NaN) { Probability = none });
        output.Table(
            details ? ["route", "probability", "", "cosine", "utility"] : ["route", "probability", ""],
            routes.OrderByDescending(score => score.Probability).Select(score => (string[])[score.Route, Number(score.Probability), Bar(score.Probability), .. details ? [Number(score.Cosine), Number(score.Score)] : Array.Empty<string>()]));
    }

    /// <summary>A bar in eighths of a character.</summary>
    internal static string Bar(double? probability)
    {
        var eighths = (int)Math.Round(Math.Clamp(probability ?? 0, 0, 1) * Width * 8);
        var whole = new string('█', eighths / 8);
        return eighths % 8 == 0 ? whole : whole + "▏▎▍▌▋▊▉"[eighths % 8 - 1];
    }

    private static string Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("0.000", CultureInfo.InvariantCulture) : "-";
}
