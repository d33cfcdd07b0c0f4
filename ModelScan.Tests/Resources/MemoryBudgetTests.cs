using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.Tests.Resources;

public sealed class MemoryBudgetTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void TryTake_BeyondTheLimit_TakesNothing()
    {
        var budget = Budget(100);

        Assert.Equal((true, false, true), (budget.TryTake(60), budget.TryTake(41), budget.TryTake(40)));
        Assert.Equal(100, budget.InFlight);
        budget.GiveBack(100);
        Assert.Equal(0, budget.InFlight);
    }

    [Fact]
    public void Reserve_GrowsWithTheBody_AndGoesBackAsAWhole()
    {
        var budget = Budget(1 << 20);
        using (var lease = new MemoryLease(budget))
        {
            lease.Reserve(1000);
            Assert.Equal(1000 * MemoryBudget.Copies, budget.InFlight);
            lease.Reserve(500); // less than there is
            Assert.Equal(1000 * MemoryBudget.Copies, budget.InFlight);
            lease.Reserve(200_000);
            Assert.Equal(200_000 * MemoryBudget.Copies, budget.InFlight);
        }

        Assert.Equal(0, budget.InFlight);
    }

    [Fact]
    public void Reserve_BeyondTheBudget_ThrowsAndKeepsWhatItHas()
    {
        var budget = Budget(1000 * MemoryBudget.Copies);
        using var lease = new MemoryLease(budget);
        lease.Reserve(900);

        Assert.Throws<MemoryBudgetException>(() => lease.Reserve(1001));
        Assert.False(lease.TryReserve(1001));
        Assert.Equal(900 * MemoryBudget.Copies, budget.InFlight);
    }

    [Fact]
    public void Dispose_Twice_GivesBackOnce()
    {
        var budget = Budget(3000);
        var lease = new MemoryLease(budget);
        lease.Reserve(100);
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(0, budget.InFlight);
    }

    [Fact]
    public void ReserveHeld_WhatEveryStreamHolds_IsNotCounted()
    {
        var budget = Budget(1 << 20);
        using var lease = new MemoryLease(budget);
        lease.ReserveHeld(64 << 10);
        Assert.Equal(0, budget.InFlight);
        lease.ReserveHeld((64 << 10) + 1);
        Assert.True(budget.InFlight > 0);
    }

    [Fact]
    public void ManyThreads_NeverMoreThanTheLimit_AndAllOfItAfterwards()
    {
        var budget = Budget(10_000);
        var refused = 0;
        Parallel.For(0, 20_000, _ =>
        {
            using var lease = new MemoryLease(budget);
            if (!lease.TryReserve(1000))
                Interlocked.Increment(ref refused);
        });

        Assert.Equal(0, budget.InFlight);
        using var whole = new MemoryLease(budget);
        Assert.True(whole.TryReserve(10_000 / MemoryBudget.Copies));
    }

    [Theory]
    [InlineData(64, 8)]
    [InlineData(150, 51)]
    [InlineData(384, 192)]
    [InlineData(16_384, 9_792)]
    public void Of_WhatIsAvailable_LeavesRoomForTheProgramItself(int megabytes, int expected) => Assert.Equal(expected, MemoryBudget.Of((long)megabytes << 20) >> 20);

    [Fact]
    public void LengthOf_ManySmallElements_CountsWhatTheyBecome()
    {
        Assert.Equal(100, MemoryBudget.LengthOf(new byte[100]));
        var list = System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", 10_000))}]");
        Assert.InRange(MemoryBudget.LengthOf(list) * MemoryBudget.Copies, 10_000 * 24, 10_000 * 100);
    }

    [Theory]
    [InlineData(10_000, 0, false)] // small bodies are pooled
    [InlineData(40 << 20, 0, true)]
    [InlineData(40 << 20, 40 << 20, false)] // not while as much is under way
    public void Look_AfterLargeBodies_CollectsOnce_AndOnceMoreWhenPoolsHaveAged(int given, int underWay, bool collects)
    {
        var budget = Budget(1L << 30);
        var returns = new MemoryReturn(budget, TimeProvider.System);
        Assert.True(budget.TryTake(given) && budget.TryTake(underWay));
        budget.GiveBack(given);

        var now = DateTimeOffset.UnixEpoch;
        Assert.Equal(collects, returns.Look(now));
        Assert.False(returns.Look(now + MemoryReturn.Interval));
        Assert.Equal(collects, returns.Look(now + TimeSpan.FromMinutes(2)));
        Assert.False(returns.Look(now + TimeSpan.FromMinutes(5)));
    }

    private MemoryBudget Budget(long limit) => new(limit, _services.GetRequiredService<IMeterFactory>());
}
