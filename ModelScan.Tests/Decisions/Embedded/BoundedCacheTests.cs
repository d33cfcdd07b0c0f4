using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class BoundedCacheTests
{
    [Fact]
    public void Add_MoreThanTheBound_StaysWithinIt()
    {
        var cache = new BoundedCache<int, string>(100);

        for (var i = 0; i < 10_000; i++)
            cache.Add(i, "value");

        Assert.InRange(cache.Count, 50, 100);
    }

    [Fact]
    public void TryGet_UsedAgainAndAgain_OutlivesTheRest()
    {
        var cache = new BoundedCache<int, string>(100);
        cache.Add(-1, "kept");

        for (var i = 0; i < 1_000; i++)
        {
            cache.Add(i, "value");
            Assert.True(cache.TryGet(-1, out _));
        }

        Assert.False(cache.TryGet(0, out _));
    }

    [Fact]
    public void Add_CostlyValues_CountByTheirCost()
    {
        var cache = new BoundedCache<int, string>(100);

        for (var i = 0; i < 20; i++)
            cache.Add(i, "value", cost: 25);

        Assert.InRange(cache.Count, 2, 4);
    }

    [Fact]
    public void Add_ValueLargerThanTheCache_IsNotKept()
    {
        var cache = new BoundedCache<int, string>(100);
        cache.Add(1, "small");

        cache.Add(2, "huge", cost: 1_000);

        Assert.True(cache.TryGet(1, out _));
        Assert.False(cache.TryGet(2, out _));
    }

    [Fact]
    public async Task Add_ManyThreads_StaysWithinTheBound()
    {
        var cache = new BoundedCache<int, int>(64);

        await Parallel.ForAsync(0, 20_000, (i, _) =>
        {
            cache.Add(i, i);
            Assert.True(!cache.TryGet(i, out var value) || value == i);
            return ValueTask.CompletedTask;
        });

        Assert.InRange(cache.Count, 1, 64);
    }
}
