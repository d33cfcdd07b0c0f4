using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>A ranked model and why it stands where it does.</summary>
/// <param name="Model">The candidate as declared.</param>
/// <param name="Price">Its price; <see langword="null"/> if unknown.</param>
/// <param name="LatencySeconds">Its latency in seconds; <see langword="null"/> if unknown.</param>
/// <param name="Age">How old the data is by which it was ordered; <see langword="null"/> if it was ordered by none.</param>
/// <param name="Reason">A short reason for people, such as <c>2nd cheapest: 18 USD per million tokens</c>.</param>
public sealed record RankedModel(string Model, ModelPrice? Price, double? LatencySeconds, TimeSpan? Age, string Reason);

public static partial class ModelRanker
{
    /// <summary>
    /// Orders like <see cref="Rank"/> and tells why. A <see cref="SelectionPreference.Random"/> order is drawn anew; to act on
    /// an explained order, take the names from it.
    /// </summary>
    /// <param name="models">Candidates in declared order.</param>
    /// <param name="prefer">How to order them.</param>
    /// <param name="snapshot">Prices and latencies.</param>
    /// <param name="random">Shuffles.</param>
    /// <param name="now">The time against which the data's age is told.</param>
    /// <param name="isCoolingDown">Whether a model has lately failed; asked once per model.</param>
    public static IReadOnlyList<RankedModel> Explain(
        IReadOnlyList<string> models,
        SelectionPreference prefer,
        ModelMetricsSnapshot snapshot,
        Random random,
        DateTimeOffset now,
        Func<string, bool>? isCoolingDown = null)
    {
        var standings = new Standing[models.Count];
        Order(standings, models, prefer, snapshot, random, isCoolingDown);
        var ranked = new RankedModel[standings.Length];
        for (var i = 0; i < ranked.Length; i++)
        {
            var model = models[standings[i].Index];
            ModelPrice? price = snapshot.TryGetPrice(model, out var knownPrice, out var priced) ? knownPrice : null;
            double? latency = snapshot.TryGetLatency(model, out var knownLatency, out var timed) ? knownLatency : null;
            var source = prefer switch
            {
                SelectionPreference.Cheapest => priced,
                SelectionPreference.Fastest => timed,
                _ => null,
            };
            ranked[i] = new RankedModel(model, price, latency, source?.Age(now), Reason(standings[i], i + 1, prefer));
        }

        return ranked;
    }

    private static string Reason(Standing standing, int position, SelectionPreference prefer)
    {
        if (standing.CoolingDown)
            return "cooling down: behind healthy models";
        return prefer switch
        {
            SelectionPreference.Cheapest when standing.WithoutValue => "no price: last",
            SelectionPreference.Cheapest => string.Create(
                CultureInfo.InvariantCulture, $"{Ordinal(position)}cheapest: {standing.Value:0.######} USD per million tokens"),
            SelectionPreference.Fastest when standing.WithoutValue => "no latency: last",
            SelectionPreference.Fastest => string.Create(CultureInfo.InvariantCulture, $"{Ordinal(position)}fastest: {standing.Value:0.###} s"),
            SelectionPreference.Random => "shuffled",
            _ => "as declared",
        };
    }

    /// <summary>Nothing for the first, <c>2nd </c>, <c>3rd </c>, <c>4th </c>, <c>11th </c>, <c>21st </c>.</summary>
    private static string Ordinal(int position)
    {
        if (position == 1)
            return "";
        var suffix = (position % 100) is >= 11 and <= 13 ? "th" : (position % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
        return string.Create(CultureInfo.InvariantCulture, $"{position}{suffix} ");
    }
}
