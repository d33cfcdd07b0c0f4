using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.Tests.Providers.Health;

public sealed class HealthCellTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<(string Reason, TimeSpan Left)> _coolDowns = [];

    [Fact]
    public void RateLimit_WithRetryAfter_IsLeftAloneForExactlyThatLong()
    {
        var cell = Cell();
        cell.Observe(HealthSignal.RateLimited, TimeSpan.FromSeconds(17));
        Assert.Equal((true, false, "rate limited"), (cell.IsCoolingDown, cell.TryEnter(), cell.Reason));
        _time.Advance(TimeSpan.FromSeconds(16.9));
        Assert.True(cell.IsCoolingDown);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((false, true), (cell.IsCoolingDown, cell.TryEnter()));
    }

    [Fact]
    public void RateLimits_WithoutRetryAfter_CoolDownForLongerEachTime()
    {
        var cell = Cell();
        for (var i = 0; i < 8; i++)
        {
            cell.Observe(HealthSignal.RateLimited, null);
            _time.Advance(_coolDowns[^1].Left);
            Assert.True(cell.TryEnter());
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], _coolDowns.Select(coolDown => coolDown.Left.TotalSeconds));
    }

    [Fact]
    public void AfterACoolDown_OneRequestAtATimeProbes()
    {
        var cell = Cell();
        cell.Observe(HealthSignal.RateLimited, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((true, false, true), (cell.TryEnter(), cell.TryEnter(), cell.IsCoolingDown));
        Assert.Equal("probing", cell.Report().Status);
        cell.Observe(HealthSignal.Answered, null);
        Assert.Equal((false, true, true, "healthy"), (cell.IsCoolingDown, cell.TryEnter(), cell.TryEnter(), cell.Report().Status));
    }

    [Fact]
    public void Probe_NeverEnds_AnotherOneIsLetThroughLater()
    {
        var cell = Cell();
        cell.Observe(HealthSignal.AccountRefused, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(cell.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(cell.TryEnter());
    }

    [Fact]
    public void Probe_Fails_CoolsDownAtOnceAndForLonger()
    {
        var cell = Cell();
        Fail(cell, HealthCell.LeastRequests);
        var first = Assert.Single(_coolDowns).Left;
        _time.Advance(first);
        Assert.True(cell.TryEnter());
        cell.Observe(HealthSignal.Failed, null);
        Assert.True(cell.IsCoolingDown);
        Assert.True(_coolDowns[^1].Left > first);
    }

    [Fact]
    public void Failures_FewerThanARateIsWorthAnythingOf_DoNothing()
    {
        var cell = Cell();
        Fail(cell, HealthCell.LeastRequests - 1);
        Assert.False(cell.IsCoolingDown);
    }

    [Fact]
    public void Failures_LessThanHalf_DoNothing()
    {
        var cell = Cell();
        for (var i = 0; i < 20; i++)
        {
            cell.Observe(HealthSignal.Failed, null);
            for (var answers = 0; answers < 3; answers++)
                cell.Observe(HealthSignal.Answered, null);
        }

        Assert.Empty(_coolDowns);
    }

    [Fact]
    public void Failures_LongAgo_DoNotCount()
    {
        var cell = Cell();
        Fail(cell, HealthCell.LeastRequests - 1);
        _time.Advance(HealthCell.Window * 2);
        Fail(cell, HealthCell.LeastRequests - 1);
        Assert.Empty(_coolDowns);
    }

    [Fact]
    public void Failure_WithRetryAfter_CoolsDownAtOnce()
    {
        var cell = Cell();
        cell.Observe(HealthSignal.Failed, TimeSpan.FromSeconds(9));
        Assert.Equal([("fails", TimeSpan.FromSeconds(9))], _coolDowns);
    }

    [Fact]
    public void RetryAfter_OfADay_IsCutToTheLongest()
    {
        var cell = Cell();
        cell.Observe(HealthSignal.RateLimited, TimeSpan.FromDays(1));
        Assert.Equal(CoolDown.Longest, _coolDowns.Single().Left);
    }

    [Fact]
    public void Healed_StartsAnew()
    {
        var cell = Cell();
        Fail(cell, HealthCell.LeastRequests);
        _time.Advance(_coolDowns[^1].Left);
        Assert.True(cell.TryEnter());
        cell.Observe(HealthSignal.Answered, null);
        Fail(cell, HealthCell.LeastRequests - 1);
        Assert.Single(_coolDowns);
        Assert.False(cell.IsCoolingDown);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 45)]
    public void CoolDown_Chance_TakesUpToAQuarterOff(double chance, double seconds) =>
        Assert.Equal(seconds, CoolDown.Of(HealthSignal.RateLimited, 30, null, chance).TotalSeconds, 0.001);

    private static void Fail(HealthCell cell, int times)
    {
        for (var i = 0; i < times; i++)
            cell.Observe(HealthSignal.Failed, null);
    }

    private HealthCell Cell() => new(HealthScope.Model, "m", _time, new NoChance(), (_, reason, left) => _coolDowns.Add((reason, left)));

    private sealed class NoChance : Random
    {
        public override double NextDouble() => 0;
    }
}
