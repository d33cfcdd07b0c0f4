using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.Tests.Dialects.Fitting;

/// <summary>How a wish to think is told to models that go by an effort, by a budget, or as they see fit.</summary>
public sealed class ReasoningFitTests
{
    private static readonly ModelCapabilities ByBudget = new() { ReasoningEffort = true, MaxOutputTokens = 64_000 };
    private static readonly ModelCapabilities Adaptive = new() { ReasoningEffort = true, AdaptiveThinking = true };

    [Theory]
    [InlineData("low", null, null, 2048)]
    [InlineData("medium", null, null, 8192)]
    [InlineData("high", null, null, 16384)]
    [InlineData("xhigh", null, null, 32000)]
    [InlineData("high", null, 8000, 6000)]
    [InlineData("high", null, 1200, 1024)]
    [InlineData(null, 5000, 64000, 5000)]
    [InlineData(null, 60000, 64000, 48000)]
    public void ByBudget_Wish_LeavesRoomForTheAnswer(string? effort, int? budget, int? limit, int expected)
    {
        var losses = new Losses();
        var fit = ReasoningFit.ByBudget(Wish(effort, budget), ByBudget, canThink: true, limit, losses);
        Assert.Equal((expected, null, false), (fit.Budget, fit.Effort, fit.IsAdaptive));
        Assert.Empty(losses.Paths);
    }

    [Theory]
    [InlineData("high", null, 1024, true, "effort")]
    [InlineData("high", null, 4000, false, "effort")]
    [InlineData(null, 2000, 1024, true, "thinking")]
    [InlineData(null, 2000, 4000, false, "thinking")]
    public void ByBudget_NoRoomOrNoLeave_IsDroppedAndReported(string? effort, int? budget, int limit, bool canThink, string lost)
    {
        var losses = new Losses();
        var fit = ReasoningFit.ByBudget(Wish(effort, budget), ByBudget, canThink, limit, losses);
        Assert.False(fit.Thinks);
        Assert.Equal([lost], losses.Paths);
    }

    [Theory]
    [InlineData("low", null, "low", "")]
    [InlineData("xhigh", null, "high", "effort")]
    [InlineData(null, 4096, "low", "")]
    [InlineData(null, 4097, "medium", "")]
    [InlineData(null, 12288, "medium", "")]
    [InlineData(null, 12289, "high", "")]
    [InlineData(null, null, "medium", "")]
    public void ByBudget_ModelThatThinksAsItSeesFit_HasAnEffort(string? effort, int? budget, string expected, string lost)
    {
        var losses = new Losses();
        var fit = ReasoningFit.ByBudget(Wish(effort, budget), Adaptive, canThink: true, 100, losses);
        Assert.Equal((true, expected, null), (fit.IsAdaptive, fit.Effort, fit.Budget));
        Assert.Equal(lost, string.Join(',', losses.Paths));
    }

    [Theory]
    [InlineData("low", null, "low")]
    [InlineData("minimal", null, "low")]
    [InlineData("max", null, "high")]
    [InlineData(null, 4096, "low")]
    [InlineData(null, 12288, "medium")]
    [InlineData(null, 12289, "high")]
    [InlineData(null, null, null)]
    public void ByEffort_Wish_IsTheNearestThatTheModelKnows(string? effort, int? budget, string? expected) =>
        Assert.Equal(expected, ReasoningFit.ByEffort(Wish(effort, budget), new ModelCapabilities { ReasoningEffort = true }, new Losses()).Effort);

    [Fact]
    public void ByBudget_ModelThatThinksUnlessTold_IsToldNotTo()
    {
        var model = Adaptive with { Reasoning = Adaptive.Reasoning with { IsOnByDefault = true } };
        Assert.True(ReasoningFit.ByBudget(new ReasoningWish { Effort = "none", EffortPlace = "effort" }, model, canThink: true, null, new Losses()).IsOff);
        var losses = new Losses();
        Assert.False(ReasoningFit.ByBudget(new ReasoningWish { Effort = "none", EffortPlace = "effort" }, model with { Reasoning = model.Reasoning with { CanBeOff = false } }, canThink: true, null, losses).IsOff);
        Assert.Equal(["effort"], losses.Paths);
    }

    [Fact]
    public void ByBudget_ModelThatCannotBeToldNotToThink_IsReportedWhereTheClientSaidIt()
    {
        var model = Adaptive with { Reasoning = Adaptive.Reasoning with { IsOnByDefault = true, CanBeOff = false } };
        var losses = new Losses();
        ReasoningFit.ByBudget(new ReasoningWish { IsOff = true, Place = "thinking", EffortPlace = "effort" }, model, canThink: true, null, losses);
        Assert.Equal(["thinking"], losses.Paths);
    }

    private static ReasoningWish Wish(string? effort, int? budget) => new() { Effort = effort, EffortPlace = "effort", Budget = budget, Thinks = effort is null, Place = "thinking" };
}
