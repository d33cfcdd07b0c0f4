using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Selection;

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
    /// Orders like <see cref="Rank"/> and tells why. Chance is drawn anew; to act on an explained order, take the names from it.
    /// </summary>
    /// <param name="models">Candidates in declared order.</param>
    /// <param name="policy">How to order them.</param>
    /// <param name="snapshot">Prices and latencies.</param>
    /// <param name="random">Chance, for policies that need it.</param>
    /// <param name="now">The time against which the data's age is told.</param>
    /// <param name="isCoolingDown">Whether a model has lately failed; asked once per model.</param>
    /// <param name="inFlight">How many requests a model has not answered yet.</param>
    public static IReadOnlyList<RankedModel> Explain(
        IReadOnlyList<string> models,
        ISelectionPolicy policy,
        ModelMetricsSnapshot snapshot,
        Random random,
        DateTimeOffset now,
        Func<string, bool>? isCoolingDown = null,
        Func<string, int>? inFlight = null)
    {
        var standings = new Standing[models.Count];
        Order(standings, models, policy, snapshot, random, isCoolingDown, inFlight);
        var ranked = new RankedModel[standings.Length];
        for (var i = 0; i < ranked.Length; i++)
        {
            var model = models[standings[i].Index];
            ModelPrice? price = snapshot.TryGetPrice(model, out var knownPrice, out var priced) ? knownPrice : null;
            double? latency = snapshot.TryGetLatency(model, out var knownLatency, out var timed) ? knownLatency : null;
            var age = Oldest(policy.Needs.HasFlag(SelectionData.Prices) ? priced?.Age(now) : null, policy.Needs.HasFlag(SelectionData.Latencies) ? timed?.Age(now) : null);
            ranked[i] = new RankedModel(model, price, latency, age, standings[i].CoolingDown
                ? "cooling down: behind healthy models"
                : policy.Reason(i + 1, standings[i].WithoutValue ? null : standings[i].Value));
        }

        return ranked;
    }

    private static TimeSpan? Oldest(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
