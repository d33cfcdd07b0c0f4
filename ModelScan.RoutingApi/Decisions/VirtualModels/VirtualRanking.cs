using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Decisions.VirtualModels;

/// <summary>
/// Ranks candidates for a virtual model, by what is known of them without asking anybody. Each of these lies in 0..1 among the candidates:
/// <list type="bullet">
/// <item>cheapness: the price of a million tokens in and out, on a logarithmic scale, the cheapest 1;</item>
/// <item>speed: the latency, likewise;</item>
/// <item>ability: 0.45 of what is asked for it (nobody sells his best model cheaper than his others), 0.3 of how new it is, 0.15 for
/// reasoning, 0.1 of how much it reads.</item>
/// </list>
/// Budget goes by cheapness, then ability; quality by ability, then speed; balanced by 0.4 ability, 0.4 cheapness and 0.2 speed. What is not known
/// counts as the middle, a price that is not known comes last in a budget. Models that cannot take the request come behind those that can,
/// those that have lately failed behind all others.
/// </summary>
public static class VirtualRanking
{
    private const double Middle = 0.5;

    /// <summary>Ranks, the best first, and says why.</summary>
    /// <param name="model">Which virtual model was asked for.</param>
    /// <param name="candidates">Among what.</param>
    /// <param name="format">The request's format.</param>
    /// <param name="body">The request; empty for any.</param>
    /// <param name="metrics">Prices and latencies; where there is no price, the catalogue's counts.</param>
    /// <param name="isCoolingDown">Whether a model has lately failed.</param>
    public static IReadOnlyList<RankedModel> Rank(
        VirtualModel model, IReadOnlyList<ModelTarget> candidates, ApiFormat format, ReadOnlySpan<byte> body, ModelMetricsSnapshot metrics, Func<string, bool>? isCoolingDown)
    {
        var facts = new Facts[candidates.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            var target = candidates[i];
            facts[i] = new Facts(
                target, PriceOf(target, metrics), metrics.TryGetLatency(target.Name, out var seconds) && seconds > 0 ? seconds : null,
                Released(target.Row.ReleaseDate), body.IsEmpty ? null : Fitness.Of(format, body, target.Capabilities), isCoolingDown?.Invoke(target.Name) == true);
        }

        var scale = new Scale(facts);
        return
        [
            .. facts.Select(fact => (Fact: fact, Scores: scale.Of(fact)))
                .OrderBy(row => row.Fact.IsCoolingDown)
                .ThenBy(row => row.Fact.Unfit is not null)
                .ThenBy(row => model == VirtualModel.Budget && row.Fact.Price is null)
                .ThenByDescending(row => First(model, row.Scores))
                .ThenByDescending(row => model == VirtualModel.Budget ? row.Scores.Ability : row.Scores.Speed)
                .Select(row => new RankedModel(row.Fact.Target.Name, row.Fact.Price, row.Fact.Latency, null, Reason(model, row.Fact, row.Scores))),
        ];
    }

    private static double First(VirtualModel model, Scores scores) => model switch
    {
        VirtualModel.Budget => scores.Cheapness,
        VirtualModel.Quality => scores.Ability,
        _ => (0.4 * scores.Ability) + (0.4 * scores.Cheapness) + (0.2 * scores.Speed),
    };

    private static ModelPrice? PriceOf(ModelTarget target, ModelMetricsSnapshot metrics) =>
        metrics.TryGetPrice(target.Name, out var price) || metrics.TryGetPrice(target.Config.Name, out price) ? price
        : target.Api.CatalogueName.Length > 0 && target.Row is { InputCost: { } input, OutputCost: { } output } ? new ModelPrice(input, output)
        : null;

    // 2025-08-07, or 2025-08: days will do.
    private static double? Released(string date) =>
        DateOnly.TryParseExact(date, ["yyyy-MM-dd", "yyyy-MM"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.DayNumber : null;

    private static string Reason(VirtualModel model, Facts fact, Scores scores)
    {
        if (fact.IsCoolingDown)
            return "cooling down: behind healthy models";
        if (fact.Unfit is { } unfit)
            return $"cannot take the request: {unfit.Reason}";
        var of = string.Create(CultureInfo.InvariantCulture, $"ability {scores.Ability:0.00}, cheapness {scores.Cheapness:0.00}, speed {scores.Speed:0.00}");
        return model switch
        {
            VirtualModel.Budget when fact.Price is null => $"no price: last ({of})",
            VirtualModel.Budget => string.Create(CultureInfo.InvariantCulture, $"{fact.Price!.Value.Total:0.######} USD per million tokens ({of})"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{First(model, scores):0.00} ({of})"),
        };
    }

    private readonly record struct Facts(ModelTarget Target, ModelPrice? Price, double? Latency, double? Released, Unfit? Unfit, bool IsCoolingDown);

    private readonly record struct Scores(double Cheapness, double Speed, double Ability);

    /// <summary>Where a candidate lies between the least and the most of them all.</summary>
    private sealed class Scale(Facts[] facts)
    {
        private readonly (double Least, double Most)? _prices = Bounds(facts.Select(fact => Log(fact.Price?.Total)));
        private readonly (double Least, double Most)? _latencies = Bounds(facts.Select(fact => Log(fact.Latency)));
        private readonly (double Least, double Most)? _dates = Bounds(facts.Select(fact => fact.Released));
        private readonly (double Least, double Most)? _contexts = Bounds(facts.Select(fact => Log(fact.Target.Capabilities.ContextTokens)));

        public Scores Of(Facts fact)
        {
            var dearness = Place(_prices, Log(fact.Price?.Total));
            return new Scores(
                1 - dearness, 1 - Place(_latencies, Log(fact.Latency)),
                (0.45 * dearness) + (0.3 * Place(_dates, fact.Released)) + (0.15 * (fact.Target.Capabilities.Reasoning.Thinks ? 1 : 0)) + (0.1 * Place(_contexts, Log(fact.Target.Capabilities.ContextTokens))));
        }

        // A price of nothing is a price, too.
        private static double? Log(double? value) => value is { } known && double.IsFinite(known) ? Math.Log(Math.Max(known, 1e-3)) : null;

        private static (double Least, double Most)? Bounds(IEnumerable<double?> values)
        {
            var known = values.OfType<double>().ToArray();
            return known.Length == 0 ? null : (known.Min(), known.Max());
        }

        private static double Place((double Least, double Most)? bounds, double? value) =>
            bounds is var (least, most) && value is { } known && most > least ? (known - least) / (most - least) : Middle;
    }
}
