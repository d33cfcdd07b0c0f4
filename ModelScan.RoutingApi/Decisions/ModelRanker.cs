using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// Orders a route's candidates. Healthy models come before those that are cooling down after errors; among each, models
/// with data come first in ascending order, then the others; whatever is equal stays as declared. Zero is a value like any
/// other, NaN is none. Without sources the declared order stands.
/// </summary>
public static partial class ModelRanker
{
    private const int OnStack = 32;

    /// <summary>Orders the models; allocates nothing but the result for up to 32 of them.</summary>
    /// <param name="models">Candidates in declared order.</param>
    /// <param name="prefer">How to order them.</param>
    /// <param name="snapshot">Prices and latencies.</param>
    /// <param name="random">Shuffles for <see cref="SelectionPreference.Random"/>, anew with each call.</param>
    /// <param name="isCoolingDown">Whether a model has lately failed; asked once per model.</param>
    /// <returns>The same models, best first.</returns>
    public static string[] Rank(
        IReadOnlyList<string> models,
        SelectionPreference prefer,
        ModelMetricsSnapshot snapshot,
        Random random,
        Func<string, bool>? isCoolingDown = null)
    {
        var count = models.Count;
        var standings = count <= OnStack ? stackalloc Standing[count] : new Standing[count];
        Order(standings, models, prefer, snapshot, random, isCoolingDown);
        var ranked = new string[count];
        for (var i = 0; i < count; i++)
            ranked[i] = models[standings[i].Index];
        return ranked;
    }

    private static void Order(
        Span<Standing> standings,
        IReadOnlyList<string> models,
        SelectionPreference prefer,
        ModelMetricsSnapshot snapshot,
        Random random,
        Func<string, bool>? isCoolingDown)
    {
        for (var i = 0; i < standings.Length; i++)
        {
            var model = models[i];
            var value = Value(model, prefer, snapshot);
            standings[i] = new Standing(isCoolingDown?.Invoke(model) is true, value is null, value ?? 0, i, i);
        }

        if (prefer == SelectionPreference.Random)
        {
            random.Shuffle(standings);
            for (var i = 0; i < standings.Length; i++)
                standings[i] = standings[i] with { Place = i };
        }

        // The place before sorting takes part in the comparison, which makes the sort stable.
        standings.Sort(static (a, b) =>
        {
            var order = a.CoolingDown.CompareTo(b.CoolingDown);
            if (order == 0)
                order = a.WithoutValue.CompareTo(b.WithoutValue);
            if (order == 0)
                order = a.Value.CompareTo(b.Value);
            return order == 0 ? a.Place.CompareTo(b.Place) : order;
        });
    }

    /// <summary>What the model is ordered by; <see langword="null"/> if that is not known.</summary>
    private static double? Value(string model, SelectionPreference prefer, ModelMetricsSnapshot snapshot)
    {
        double? value = prefer switch
        {
            SelectionPreference.Cheapest => snapshot.TryGetPrice(model, out var price) ? price.Total : null,
            SelectionPreference.Fastest => snapshot.TryGetLatency(model, out var seconds) ? seconds : null,
            _ => 0,
        };
        return value is { } number && double.IsNaN(number) ? null : value;
    }

    /// <summary>One candidate while it is being ordered.</summary>
    private readonly record struct Standing(bool CoolingDown, bool WithoutValue, double Value, int Place, int Index);
}
