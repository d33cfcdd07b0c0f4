using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SwitchBudgetHeaderTests
{
    [Theory] // F45
    [InlineData("15", 15.0)]
    [InlineData("12.5", 12.5)]
    [InlineData(" 7 ", 7.0)]
    [InlineData("0", 0.0)]
    [InlineData("100", 100.0)]
    [InlineData("101", null)]
    [InlineData("100.01", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    [InlineData("1e1", null)]
    [InlineData("1,5", null)]
    [InlineData("ten", null)]
    [InlineData("", null)]
    public void Apply_HeaderAlone_IsAPercentageOrIgnored(string header, double? expected)
    {
        var budget = SwitchBudgetHeader.Apply(header, null, out var ignored);

        Assert.Equal((expected, expected is null), (budget?.MaxSwitchSpendPct, ignored));
    }

    [Fact] // F46
    public void Apply_HeaderOverConfiguration_ReplacesThePercentageOnly()
    {
        var configured = new SwitchBudgetConfig(20, ReplenishOnRebind: false, CacheReadDiscount: 0.25, RecordCounterfactual: true);

        Assert.Equal(configured with { MaxSwitchSpendPct = 5 }, SwitchBudgetHeader.Apply("5", configured, out _));
    }

    [Fact] // F47
    public void Apply_HeaderWithoutConfiguration_MakesABudgetWithDefaults()
        => Assert.Equal(new SwitchBudgetConfig(10, ReplenishOnRebind: true, CacheReadDiscount: 0.1), SwitchBudgetHeader.Apply("10", null, out _));

    [Fact]
    public void Apply_NoOrUnusableHeader_LeavesTheConfiguration()
    {
        var configured = new SwitchBudgetConfig(20);

        Assert.Same(configured, SwitchBudgetHeader.Apply(null, configured, out _));
        Assert.Same(configured, SwitchBudgetHeader.Apply("200", configured, out _));
    }
}
