using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Plano;

public sealed class RestartBudgetTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Spend_UpToTheLimit_PausesLonger()
    {
        var budget = Budget();
        Assert.Equal([2, 4, 6], Enumerable.Range(0, 3).Select(_ => budget.Spend(isLasting: false).TotalSeconds));
        Assert.Equal((3, false), (budget.Restarts, budget.IsDegraded));
    }

    [Fact]
    public void Spend_BeyondTheLimit_Degrades()
    {
        var budget = Budget();
        for (var i = 0; i < 3; i++)
            budget.Spend(isLasting: false);
        Assert.Equal(Pace, budget.Spend(isLasting: false));
        Assert.True(budget.IsDegraded);
    }

    [Fact]
    public void Spend_WhatOnlyAPersonCanMend_DegradesAtOnce() => Assert.Equal(Pace, Budget().Spend(isLasting: true));

    [Fact]
    public void Spend_AfterTheWindow_BeginsAnew()
    {
        var budget = Budget();
        for (var i = 0; i < 3; i++)
            budget.Spend(isLasting: false);
        _clock.Advance(Window);
        Assert.Equal(TimeSpan.FromSeconds(2), budget.Spend(isLasting: false));
    }

    [Fact]
    public void Spend_WhileDegraded_StaysDegradedBeyondTheWindow()
    {
        var budget = Budget();
        budget.Spend(isLasting: true);
        _clock.Advance(Window + Window);
        Assert.Equal(Pace, budget.Spend(isLasting: false));
    }

    [Fact]
    public void Replenish_HealthyForLessThanAWindow_ChangesNothing()
    {
        var budget = Budget();
        budget.Spend(isLasting: false);
        budget.Replenish(Window - TimeSpan.FromTicks(1));
        Assert.Equal(1, budget.Restarts);
    }

    [Fact]
    public void Replenish_HealthyForAWindow_ForgetsEverything()
    {
        var budget = Budget();
        budget.Spend(isLasting: true);
        budget.Replenish(Window);
        Assert.Equal((0, false), (budget.Restarts, budget.IsDegraded));
    }

    [Theory]
    [InlineData(0.0, 1.6)]
    [InlineData(1.0, 2.4)]
    public void Spend_Chance_SpreadsByAFifth(double drawn, double seconds) =>
        Assert.Equal(seconds, new RestartBudget(3, Window, TimeSpan.FromSeconds(2), Pace, _clock, new Fixed(drawn)).Spend(isLasting: false).TotalSeconds, 6);

    private RestartBudget Budget() => new(3, Window, TimeSpan.FromSeconds(2), Pace, _clock, new Fixed(0.5));

    private sealed class Fixed(double drawn) : Random
    {
        public override double NextDouble() => drawn;
    }
}
