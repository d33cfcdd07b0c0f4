using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SessionDecisionTests
{
    private const long Now = 1_800_000_000;
    private const long Context = 100_000;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(600);

    private static readonly Dictionary<string, ModelPrice> Prices = new()
    {
        ["expensive"] = new ModelPrice(3.0, 15, 0.3),
        ["pricey"] = new ModelPrice(5.0, 25, 0.5),
        ["cheap"] = new ModelPrice(0.1, 0.4, 0.01),
    };

    public static TheoryData<string, BudgetCase> BudgetCases => new()
    {
        { "F27", new("pricey", new() { Baseline = 1.00, Pct = 25 }, new("expensive", SessionReason.OverCap) { Baseline = 1.03 }) },
        { "F28", new("cheap", new() { Baseline = 1.0, Spend = .10 }, new("cheap", SessionReason.Free) { Switches = 1, Switched = true, Baseline = 1.03, Spend = .10 }) },
        { "F29", new("pricey", new() { Idle = 601, Baseline = 5, Spend = 3, Switches = 2 }, new("pricey", SessionReason.Cold) { Pinned = false }) },
        { "F29 within the TTL", new("pricey", new() { Idle = 600, Baseline = 5, Spend = 3, Switches = 2 }, new("pricey", SessionReason.Cold) { Pinned = false }) },
        { "F30", new("pricey", new() { Exists = false, Pct = 1 }, new("pricey", SessionReason.Cold) { Pinned = false }) },
        { "F31", new("cheap", new() { Anchor = "cheap" }, new("cheap", SessionReason.SameAnchor) { Baseline = .03 }) },
        { "within cap", new("pricey", new() { Baseline = 1, Pct = 50 }, new("pricey", SessionReason.WithinCap) { Switches = 1, Switched = true, Baseline = 1.03, Spend = .47 }) },
        { "F36", new("unpriced", new() { Pct = 0, Spend = .1 }, new("unpriced", SessionReason.NoPricing) { Switches = 1, Switched = true, Baseline = .03, Spend = .1 }) },
        { "F36 anchor", new("cheap", new() { Anchor = "unpriced", Pct = 0 }, new("cheap", SessionReason.NoPricing) { Switches = 1, Switched = true, Baseline = .03 }) },
        { "F37 dearer", new("pricey", new() { Baseline = 100, Pct = 0 }, new("expensive", SessionReason.OverCap) { Baseline = 100.03 }) },
        { "F37 cheaper", new("cheap", new() { Baseline = 100, Pct = 0 }, new("cheap", SessionReason.Free) { Switches = 1, Switched = true, Baseline = 100.03 }) },
        { "F38", new("pricey", new() { Idle = 400, Baseline = 5, Spend = 3, Switches = 2, Replenish = false }, new("pricey", SessionReason.Cold) { Pinned = false, Baseline = 5, Spend = 3, Default = "expensive" }) },
        { "F39", new("pricey", new() { Prefix = "b", Baseline = 5, Spend = 3 }, new("pricey", SessionReason.Cold) { Pinned = false }) },
        { "prefix unknown", new("expensive", new() { Prefix = null }, new("expensive", SessionReason.SameAnchor) { Baseline = .03 }) },
        { "spent before", new("pricey", new() { Baseline = 1, Pct = 50, Spend = .1 }, new("expensive", SessionReason.OverCap) { Baseline = 1.03, Spend = .1 }) },
    };

    [Theory]
    [MemberData(nameof(BudgetCases))]
    public void Decide_WithBudget_FollowsTheVector(string id, BudgetCase row)
    {
        var given = row.Given;
        var expected = row.Expected;
        var binding = given.Exists
            ? Bound(given.Anchor, "expensive", given.Idle) with { BaselineUsd = given.Baseline, SwitchSpendUsd = given.Spend, Switches = given.Switches }
            : null;

        var outcome = Decide(new SessionTurn(binding, Now, "asked", given.Prefix), row.Candidate, Budgeted(given.Pct, given.Replenish));

        var stored = outcome.Binding!;
        Assert.Equal((id, expected.Model, expected.Reason), (id, outcome.Choice?.Model, outcome.Reason));
        Assert.Equal((expected.Model, expected.Switches), (stored.AnchorModel, stored.Switches));
        Assert.Equal((expected.Pinned, expected.Switched), (outcome.Pinned, outcome.Switched));
        Assert.Equal(expected.Baseline, stored.BaselineUsd, 12);
        Assert.Equal(expected.Spend, stored.SwitchSpendUsd, 12);
        Assert.Equal(expected.Default ?? (expected.Pinned ? "expensive" : expected.Model), stored.DefaultModel);
        Assert.Equal(outcome.Choice?.Model == row.Candidate, outcome.FollowsRouter);
        Assert.Equal(Now, stored.LastUsed);
    }

    [Fact] // F34
    public void Decide_ThereAndBackAgain_ReturnIsFree()
    {
        var terms = Budgeted(100);
        var there = Decide(Turn(Bound("expensive") with { BaselineUsd = 1 }), "pricey", terms);
        var stay = Decide(new SessionTurn(there.Binding, Now + 60, "asked", "a"), "pricey", terms);
        var back = Decide(new SessionTurn(stay.Binding, Now + 120, "asked", "a"), "expensive", terms);

        Assert.Equal(SessionReason.WithinCap, there.Reason);
        Assert.Equal((SessionReason.SameAnchor, .47), (stay.Reason, Math.Round(stay.Binding!.SwitchSpendUsd, 12)));
        Assert.Equal((SessionReason.Free, .47, 2), (back.Reason, Math.Round(back.Binding!.SwitchSpendUsd, 12), back.Binding.Switches));
    }

    [Fact]
    public void Decide_ReturnAfterTheOtherCacheIsCold_IsPaidAgain()
    {
        var terms = Budgeted(100);
        var there = Decide(Turn(Bound("expensive") with { BaselineUsd = 1 }), "pricey", terms);
        var stay = Decide(new SessionTurn(there.Binding, Now + 200, "asked", "a"), "pricey", terms);
        var back = Decide(new SessionTurn(stay.Binding, Now + 400, "asked", "a"), "expensive", terms);

        Assert.Equal(0.25, back.SwitchCostUsd!.Value, 12);
        Assert.Equal(SessionReason.WithinCap, back.Reason);
    }

    [Fact] // F35, better than following the router
    public void Decide_ExplicitSessionWithoutBudget_StaysWithModelAndRoute()
    {
        var outcome = Decide(Turn(Bound("expensive")), "pricey", Free(holds: true));

        Assert.Equal(new SessionChoice("expensive", "home"), outcome.Choice);
        Assert.Equal((true, false, SessionReason.Held, false), (outcome.Pinned, outcome.Switched, outcome.Reason, outcome.FollowsRouter));
    }

    [Fact]
    public void Decide_SessionThatHoldsNothingWithoutBudget_FollowsTheRouter()
    {
        var outcome = Decide(Turn(Bound("expensive")), "pricey", Free(holds: false));

        Assert.Equal(new SessionChoice("pricey", "new"), outcome.Choice);
        Assert.Equal((true, true, SessionReason.Free, 1), (outcome.Pinned, outcome.Switched, outcome.Reason, outcome.Binding!.Switches));
    }

    [Theory]
    [InlineData(400, "expensive")]
    [InlineData(600, "expensive")]
    [InlineData(601, "pricey")]
    public void Decide_HeldSession_StaysForItsTtlAndNotOnlyWhileTheCacheIsWarm(int idle, string expected)
        => Assert.Equal(expected, Decide(Turn(Bound("expensive", idle: idle)), "pricey", Free(holds: true)).Choice?.Model);

    [Theory]
    [InlineData(true, "home", false)]
    [InlineData(false, "new", true)]
    public void Decide_SameModelByAnotherRoute_KeepsTheRouteOnlyWhereTheSessionHolds(bool holds, string route, bool follows)
    {
        var outcome = Decide(Turn(Bound("expensive")), "expensive", Free(holds));

        Assert.Equal((route, route, follows), (outcome.Choice!.Value.Route, outcome.Binding!.RouteName, outcome.FollowsRouter));
        Assert.Equal((SessionReason.SameAnchor, false), (outcome.Reason, outcome.Switched));
    }

    [Fact]
    public void Decide_AnySessionWithBudget_NeverSpendsBeyondItsCeiling() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).Four().Zip(Gen.Elements("expensive", "pricey", "cheap").Two(), (numbers, models) => (numbers, models)).ToArbitrary(),
        row =>
        {
            var (baseline, spend, context, pct) = row.numbers;
            var binding = Bound(row.models.Item1) with { BaselineUsd = baseline / 1e5, SwitchSpendUsd = spend / 1e6, CachedTokens = context };
            var outcome = Decide(Turn(binding), row.models.Item2, Budgeted(pct / 1e4));
            var added = outcome.Binding!.SwitchSpendUsd - binding.SwitchSpendUsd;
            return outcome.Reason switch
            {
                SessionReason.WithinCap => added > 0 && outcome.Binding.SwitchSpendUsd <= outcome.CeilingUsd,
                SessionReason.OverCap => added == 0 && outcome.Binding.AnchorModel == binding.AnchorModel && binding.SwitchSpendUsd + outcome.SwitchCostUsd > outcome.CeilingUsd,
                _ => added == 0 && outcome.Binding.AnchorModel == row.models.Item2,
            };
        }).QuickCheckThrowOnFailure();

    [Fact] // F39
    public void Decide_ChangedPrefix_ClearsTheHistory()
    {
        var binding = Bound("expensive") with { History = [new ModelUse("cheap", Now - 10, Context)] };

        var drifted = Decide(new SessionTurn(binding, Now, "asked", "b"), "pricey", Budgeted(10));
        var cold = Decide(Turn(binding with { LastUsed = Now - 400 }), "pricey", Budgeted(10));

        Assert.Equal(["pricey"], drifted.Binding!.History.Select(use => use.Model));
        Assert.Equal(["cheap", "pricey"], cold.Binding!.History.Select(use => use.Model));
    }

    [Fact]
    public void Decide_Veto_RecordsTheCounterfactualWhereAsked()
    {
        var terms = new SessionTerms(Ttl, new SwitchBudgetConfig(25, RecordCounterfactual: true), false, false);

        var vetoed = Decide(Turn(Bound("expensive")), "pricey", terms);
        var silent = Decide(Turn(Bound("expensive")), "pricey", Budgeted(25));

        Assert.Equal(new SessionChoice("pricey", "new"), vetoed.Counterfactual);
        Assert.Equal((0.47, 0.0075), (Math.Round(vetoed.SwitchCostUsd!.Value, 12), Math.Round(vetoed.CeilingUsd!.Value, 12)));
        Assert.Null(silent.Counterfactual);
    }

    [Fact]
    public void Decide_UnknownCachedTokens_UsesTheEstimate()
    {
        var binding = Bound("cheap") with { CachedTokens = 0 };

        var outcome = SessionDecision.Decide(Turn(binding), new SessionChoice("cheap", null), Budgeted(10), Price, () => 50_000);

        Assert.Equal(0.015, outcome.Binding!.BaselineUsd, 12);
        Assert.Equal(0, outcome.Binding.CachedTokens);
    }

    [Fact]
    public void Decide_NoBudget_NeverCountsTokensNorAsksForPrices()
    {
        var outcome = SessionDecision.Decide(
            Turn(Bound("expensive")),
            new SessionChoice("pricey", null),
            Free(holds: false),
            _ => throw new InvalidOperationException(),
            () => throw new InvalidOperationException());

        Assert.True(outcome.Switched);
    }

    [Fact]
    public void Decide_NinthModel_DropsTheLeastRecentlyUsed()
    {
        var history = Enumerable.Range(1, 8).Select(i => new ModelUse($"m{i}", Now - 200 + (i == 3 ? -50 : i), 1)).ToList();

        var outcome = Decide(Turn(Bound("m8") with { History = history }), "cheap", Budgeted(10));

        Assert.Equal(["cheap", "m1", "m2", "m4", "m5", "m6", "m7", "m8"], outcome.Binding!.History.Select(use => use.Model).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Decide_NoRouteMatched_AnchorsTheRequestedModelWithoutARoute()
    {
        var outcome = SessionDecision.Decide(new SessionTurn(null, Now, "asked", "a"), null, Free(holds: true), Price, () => 0);

        Assert.Equal(new SessionChoice("asked", null), outcome.Choice);
        Assert.Equal(("asked", (string?)null, "asked"), (outcome.Binding!.AnchorModel, outcome.Binding.RouteName, outcome.Binding.RequestedModel));
    }

    [Fact]
    public void Decide_NoRouteAndNoRequestedModel_StaysOrHasNothing()
    {
        var nothing = SessionDecision.Decide(new SessionTurn(null, Now, null, "a"), null, Free(holds: true), Price, () => 0);
        var live = SessionDecision.Decide(new SessionTurn(Bound("expensive"), Now, null, "a"), null, Free(holds: false), Price, () => 0);

        Assert.Equal((SessionReason.NoCandidate, (SessionChoice?)null, (SessionBinding?)null), (nothing.Reason, nothing.Choice, nothing.Binding));
        Assert.Equal((new SessionChoice("expensive", "home"), false), (live.Choice!.Value, live.FollowsRouter));
    }

    [Theory]
    [InlineData("F22", 60, 300, true)]
    [InlineData("F23", 600, 300, false)]
    [InlineData("F24", 600, 3600, true)]
    [InlineData("edge", 300, 300, true)]
    [InlineData("past the edge", 301, 300, false)]
    [InlineData("hard limit", 3601, 7200, false)]
    [InlineData("clock behind", -30, 300, true)]
    public void IsWarm_IdleTime_IsComparedWithTheWindow(string id, long idle, int window, bool expected)
        => Assert.Equal((id, expected), (id, PromptCacheWarmth.IsWarm(Now - idle, Now, TimeSpan.FromSeconds(window))));

    [Theory] // F25
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Decide_UnknownProvider_HasTheDefaultWindow(int idle, bool warm)
        => Assert.Equal(warm, Decide(Turn(Bound("madeup/model-x", idle: idle)), "cheap", Budgeted(10)).Pinned);

    [Theory]
    [InlineData("F42", 150_000, 0, 0.3, 5.0, 0, 0.705)]
    [InlineData("F43", 100_000, 90_000, 0.3, 2.0, 0.5, 0.035)]
    [InlineData("F43 cold", 100_000, 0, 0.3, 2.0, 0.5, 0.17)]
    public void SwitchCost_Vectors_AreExact(string id, long context, long warm, double stay, double input, double cached, double expected)
        => Assert.Equal((id, expected), (id, Math.Round(new TokenRates(input, cached).SwitchCost(context, warm, stay), 12)));

    [Fact] // F44
    public void SwitchCost_ContextOfHundredTimesTheSize_CostsHundredTimesAsMuch()
    {
        var rates = new TokenRates(5, 0.5);

        Assert.Equal(100, rates.SwitchCost(1_000_000, 0, 0.3) / rates.SwitchCost(10_000, 0, 0.3), 9);
    }

    [Fact]
    public void RatesOf_NoCachedPrice_AppliesTheDiscount()
        => Assert.Equal(new TokenRates(4, 1, 8), TokenRates.Of("m", _ => new ModelPrice(4, 8), 0.25));

    [Fact]
    public void RatesOf_FullNameUnknown_FallsBackToWhatFollowsTheFirstSlash()
    {
        Func<string, ModelPrice?> prices = name => name == "org/m" ? new ModelPrice(1, 2, 0.5) : null;

        Assert.Equal(new TokenRates(1, 0.5, 2), TokenRates.Of("provider/org/m", prices, 0.1));
        Assert.Null(TokenRates.Of("org", prices, 0.1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void RatesOf_UnusablePrice_CountsAsNone(double price)
        => Assert.Null(TokenRates.Of("m", _ => new ModelPrice(price, 1), 0.1));

    [Theory]
    [InlineData(true, 0.0325)]
    [InlineData(false, 0.0365)]
    public void RequestCost_CachedTokens_AreTakenOutOfThePromptOnlyWhereTheyAreInIt(bool counted, double expected)
        => Assert.Equal(expected, new TokenRates(10, 1, 20).RequestCost(new SessionUsage(1000, 1305, 400, 0, counted)), 12);

    private static SessionBinding Bound(string anchor, string? home = null, int idle = 60) => new()
    {
        AnchorModel = anchor,
        DefaultModel = home ?? "expensive",
        RouteName = "home",
        RequestedModel = "asked",
        PrefixHash = "a",
        LastUsed = Now - idle,
        CachedTokens = Context,
    };

    private static SessionTurn Turn(SessionBinding binding) => new(binding, Now, "asked", "a");

    private static SessionTerms Budgeted(double pct, bool replenish = true) => new(Ttl, new SwitchBudgetConfig(pct, replenish), HoldsAnchor: false, ReplaysLoops: false);

    private static SessionTerms Free(bool holds) => new(Ttl, null, holds, ReplaysLoops: false);

    private static ModelPrice? Price(string model) => Prices.TryGetValue(model, out var price) ? price : null;

    private static SessionOutcome Decide(in SessionTurn turn, string candidate, SessionTerms terms)
        => SessionDecision.Decide(turn, new SessionChoice(candidate, "new"), terms, Price, () => Context);

    public sealed record BudgetCase(string Candidate, GivenSession Given, ExpectedOutcome Expected);

    public sealed record GivenSession
    {
        public bool Exists { get; init; } = true;

        public string Anchor { get; init; } = "expensive";

        public int Idle { get; init; } = 60;

        public double Baseline { get; init; }

        public double Spend { get; init; }

        public int Switches { get; init; }

        public double Pct { get; init; } = 25;

        public bool Replenish { get; init; } = true;

        public string? Prefix { get; init; } = "a";
    }

    public sealed record ExpectedOutcome(string Model, SessionReason Reason)
    {
        public bool Pinned { get; init; } = true;

        public bool Switched { get; init; }

        public int Switches { get; init; }

        public double Baseline { get; init; }

        public double Spend { get; init; }

        public string? Default { get; init; }
    }
}
