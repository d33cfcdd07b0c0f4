using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Selection;

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
    /// <param name="policy">How to order them.</param>
    /// <param name="snapshot">Prices and latencies.</param>
    /// <param name="random">Chance, for policies that need it.</param>
    /// <param name="isCoolingDown">Whether a model has lately failed; asked once per model.</param>
    /// <param name="inFlight">How many requests a model has not answered yet.</param>
    /// <returns>The same models, best first.</returns>
    public static string[] Rank(
        IReadOnlyList<string> models,
        ISelectionPolicy policy,
        ModelMetricsSnapshot snapshot,
        Random random,
        Func<string, bool>? isCoolingDown = null,
        Func<string, int>? inFlight = null)
    {
        var count = models.Count;
        var standings = count <= OnStack ? stackalloc Standing[count] : new Standing[count];
        Order(standings, models, policy, snapshot, random, isCoolingDown, inFlight);
        var ranked = new string[count];
        for (var i = 0; i < count; i++)
            ranked[i] = models[standings[i].Index];
        return ranked;
    }

    private static void Order(
        Span<Standing> standings,
        IReadOnlyList<string> models,
        ISelectionPolicy policy,
        ModelMetricsSnapshot snapshot,
        Random random,
        Func<string, bool>? isCoolingDown,
        Func<string, int>? inFlight)
    {
        // Bit by bit: HasFlag allocates until it has been compiled anew.
        var needs = policy.Needs;
        for (var i = 0; i < standings.Length; i++)
        {
            var model = models[i];
            var value = policy.ValueOf(new CandidateFacts(
                (needs & SelectionData.Prices) != SelectionData.None && snapshot.TryGetPrice(model, out var price) ? price.Total : null,
                (needs & SelectionData.Latencies) != SelectionData.None && snapshot.TryGetLatency(model, out var seconds) ? seconds : null,
                (needs & SelectionData.Load) != SelectionData.None ? inFlight?.Invoke(model) ?? 0 : 0,
                random));
            if (value is { } number && double.IsNaN(number))
                value = null;
            standings[i] = new Standing(isCoolingDown?.Invoke(model) is true, value is null, value ?? 0, i);
        }

        // The place before sorting takes part in the comparison, which makes the sort stable.
        standings.Sort(static (a, b) =>
        {
            var order = a.CoolingDown.CompareTo(b.CoolingDown);
            if (order == 0)
                order = a.WithoutValue.CompareTo(b.WithoutValue);
            if (order == 0)
                order = a.Value.CompareTo(b.Value);
            return order == 0 ? a.Index.CompareTo(b.Index) : order;
        });
    }

    /// <summary>One candidate while it is being ordered.</summary>
    private readonly record struct Standing(bool CoolingDown, bool WithoutValue, double Value, int Index);
}
