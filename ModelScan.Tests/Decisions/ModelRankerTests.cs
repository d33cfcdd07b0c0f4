using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Selection;
using ModelScan.Tests.ModelMetrics;

namespace ModelScan.Tests.Decisions;

public sealed class ModelRankerTests
{
    private static readonly ISelectionPolicy Cheapest = SelectionPolicies.Find("cheapest")!;
    private static readonly ISelectionPolicy Fastest = SelectionPolicies.Find("fastest")!;
    private static readonly DateTimeOffset Now = KnownMetrics.FetchedAt + TimeSpan.FromMinutes(5);

    /// <summary>Row, policy, candidates, known values as <c>model=value</c>, expected order.</summary>
    public static TheoryData<string, string, string, string, string> Rows => new()
    {
        { "E2", "cheapest", "x y", "", "x y" },
        { "E3", "cheapest", "a b", "b=100", "b a" },
        { "E4", "cheapest", "gpt-4o mini", "gpt-4o=0.005 mini=0.0001", "mini gpt-4o" },
        { "E5", "fastest", "gpt-4o claude", "gpt-4o=200 claude=120", "claude gpt-4o" },
        { "E6", "cheapest", "a b", "", "a b" },
        { "E9", "cheapest", "a b c d", "a=NaN b=0.5 c=0.1", "c b a d" },
        { "E10", "cheapest", "a b", "a=1 b=1", "a b" },
        { "E11", "cheapest", "a b", "a=1 b=0", "b a" },
        { "E19, deliberately better: a bare id is found", "cheapest", "none/y vercel/x", "x=1", "vercel/x none/y" },
        { "none", "none", "a b", "a=2 b=1", "a b" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Rank_Row_OrdersAsExpected(string row, string prefer, string models, string known, string expected)
    {
        (string, double)[] values = [.. known.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
            (pair.Split('=')[0], double.Parse(pair.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)))];
        var snapshot = prefer == "fastest" ? KnownMetrics.Latencies(values) : KnownMetrics.Prices(values);

        var ranked = ModelRanker.Rank(models.Split(' '), SelectionPolicies.Find(prefer)!, snapshot, new Random(1));

        Assert.NotEmpty(row);
        Assert.Equal(expected.Split(' '), ranked);
    }

    [Theory]
    [InlineData("cheapest")]
    [InlineData("fastest")]
    [InlineData("none")]
    public void Rank_WithoutSources_IsDeclaredOrder(string prefer) =>
        Assert.Equal(["b", "a"], ModelRanker.Rank(["b", "a"], SelectionPolicies.Find(prefer)!, ModelMetricsSnapshot.Empty, new Random(1)));

    [Fact]
    public void Rank_NoModels_IsEmpty() => Assert.Empty(ModelRanker.Rank([], Cheapest, ModelMetricsSnapshot.Empty, new Random(1)));

    [Fact]
    public void Rank_CoolingDown_GoesBehindHealthyAndKeepsOrderWithin()
    {
        var snapshot = KnownMetrics.Prices(("a", 1), ("b", 2), ("c", 3));

        var ranked = ModelRanker.Rank(["d", "c", "b", "a"], Cheapest, snapshot, new Random(1), model => model is "a" or "b");

        Assert.Equal(["c", "d", "a", "b"], ranked);
    }

    [Fact]
    public void Rank_NoneAndCoolingDown_GoesBehindHealthy() =>
        Assert.Equal(["b", "a"], ModelRanker.Rank(["a", "b"], SelectionPolicies.Default, ModelMetricsSnapshot.Empty, new Random(1), model => model == "a"));

    [Fact]
    public void Rank_Random_IsUniform()
    {
        const int draws = 6000;
        var random = new Random(1);

        var orders = Enumerable.Range(0, draws)
            .Select(_ => string.Concat(ModelRanker.Rank(["a", "b", "c"], SelectionPolicies.Find("random")!, ModelMetricsSnapshot.Empty, random)))
            .CountBy(order => order)
            .ToDictionary();

        Assert.Equal(6, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, draws / 6 * 0.85, draws / 6 * 1.15));
    }

    [Fact]
    public void Rank_ManyModels_AreOrderedToo()
    {
        string[] models = [.. Enumerable.Range(0, 200).Select(i => $"m{i}")];
        var snapshot = KnownMetrics.Prices([.. models.Select((model, i) => (model, 1000.0 - i))]);

        Assert.Equal(models.Reverse(), ModelRanker.Rank(models, Cheapest, snapshot, new Random(1)));
    }

    [Fact]
    public void Rank_UpTo32Models_AllocatesTheResultOnly()
    {
        string[] models = [.. Enumerable.Range(0, 8).Select(i => $"p/m{i}")];
        var snapshot = KnownMetrics.Prices(("p/m7", 1), ("p/m3", 2), ("m5", 3));
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
            ModelRanker.Rank(models, Cheapest, snapshot, random);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = new string[models.Length];
        var resultBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        ModelRanker.Rank(models, Cheapest, snapshot, random);

        Assert.Equal(resultBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(8, result.Length);
    }

    [Fact]
    public void Rank_AnyInput_IsAPermutation() => Check((models, snapshot, prefer, cooling) =>
        ModelRanker.Rank(models, prefer, snapshot, new Random(1), cooling).Order(StringComparer.Ordinal).SequenceEqual(models.Order(StringComparer.Ordinal)));

    [Fact]
    public void Rank_AnyInput_ModelsWithoutDataAreASuffixInDeclaredOrder() => Check((models, snapshot, _, _) =>
    {
        string[] unpriced = [.. models.Where(model => Price(snapshot, model) is null)];
        return ModelRanker.Rank(models, Cheapest, snapshot, new Random(1)).TakeLast(unpriced.Length).SequenceEqual(unpriced);
    });

    [Fact]
    public void Rank_AnyInput_PricedModelsAscendAndTiesKeepDeclaredOrder() => Check((models, snapshot, _, _) =>
    {
        var expected = models.Where(model => Price(snapshot, model) is not null).OrderBy(model => Price(snapshot, model)).ToArray();
        return ModelRanker.Rank(models, Cheapest, snapshot, new Random(1)).Take(expected.Length).SequenceEqual(expected);
    });

    [Fact]
    public void Rank_AnyInput_CoolingModelsAreASuffix() => Check((models, snapshot, prefer, cooling) =>
        ModelRanker.Rank(models, prefer, snapshot, new Random(1), cooling).SkipWhile(model => !cooling(model)).All(cooling));

    [Fact]
    public void Explain_Cheapest_GivesReasonsAndAge()
    {
        var snapshot = KnownMetrics.Prices(("a", 18), ("b", 3.5));

        var ranked = ModelRanker.Explain(["x", "a", "b", "c"], Cheapest, snapshot, new Random(1), Now, model => model == "c");

        Assert.Equal(
            [
                "b cheapest: 3.5 USD per million tokens 00:05:00",
                "a 2nd cheapest: 18 USD per million tokens 00:05:00",
                "x no price: last ",
                "c cooling down: behind healthy models ",
            ],
            ranked.Select(model => $"{model.Model} {model.Reason} {model.Age}"));
        Assert.Equal(new ModelPrice(18, 0), ranked[1].Price);
    }

    [Fact]
    public void Explain_Fastest_GivesLatency()
    {
        var snapshot = new ModelMetricsSnapshot([KnownMetrics.PriceSource(("a", 18)), KnownMetrics.LatencySource(("a", 0.85))]);

        var ranked = ModelRanker.Explain(["b", "a"], Fastest, snapshot, new Random(1), Now);

        Assert.Equal(new RankedModel("a", new ModelPrice(18, 0), 0.85, TimeSpan.FromMinutes(5), "fastest: 0.85 s"), ranked[0]);
        Assert.Equal(new RankedModel("b", null, null, null, "no latency: last"), ranked[1]);
    }

    [Theory]
    [InlineData("none", "as declared")]
    [InlineData("random", "shuffled")]
    public void Explain_WithoutMetrics_SaysHowTheOrderCame(string prefer, string reason) =>
        Assert.All(ModelRanker.Explain(["b", "a"], SelectionPolicies.Find(prefer)!, ModelMetricsSnapshot.Empty, new Random(1), Now), model => Assert.Equal(reason, model.Reason));

    private static double? Price(ModelMetricsSnapshot snapshot, string model) =>
        snapshot.TryGetPrice(model, out var price) && !double.IsNaN(price.Total) ? price.Total : null;

    /// <summary>Checks over distinct models, few prices (so that there are ties, gaps and NaN), any policy, some models cooling down.</summary>
    private static void Check(Func<string[], ModelMetricsSnapshot, ISelectionPolicy, Func<string, bool>, bool> holds)
    {
        var price = Gen.Elements<double?>(null, double.NaN, 0, 1, 2.5, 1e9);
        var scenario =
            from prices in Gen.ListOf(price)
            from cooling in Gen.ListOf(Gen.Elements(true, false))
            from prefer in Gen.Elements(SelectionPolicies.All.ToArray())
            select (prices, cooling, prefer);
        Prop.ForAll(scenario.ToArbitrary(), drawn =>
        {
            string[] models = [.. drawn.prices.Select((_, i) => $"m{i}")];
            var snapshot = KnownMetrics.Prices([.. models.Zip(drawn.prices).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!.Value))]);
            var cooling = models.Zip(drawn.cooling).Where(pair => pair.Second).Select(pair => pair.First).ToHashSet(StringComparer.Ordinal);
            return holds(models, snapshot, drawn.prefer, cooling.Contains);
        }).QuickCheckThrowOnFailure();
    }
}
