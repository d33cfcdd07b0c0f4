using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.Tests.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>Both stores of limits keep to the same rules; the one in Redis also when gateways and the server fail.</summary>
public sealed class LimitStoreTests
{
    public static TheoryData<bool> Kinds => new() { false, true };

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Claims_OnSeveralLimits_AreAllOrNothing(bool isRedis)
    {
        await using var rig = await Rig.StartAsync(isRedis);
        var (wide, narrow) = (Stores.Limit(100, id: "wide"), Stores.Limit(10, id: "narrow"));
        Assert.Equal(-1, (await rig.Store.ReserveAsync("1", [Stores.Claim(wide, 8), Stores.Claim(narrow, 8)], [], default)).Refused);
        Assert.Equal(1, (await rig.Store.ReserveAsync("2", [Stores.Claim(wide, 8), Stores.Claim(narrow, 8)], [], default)).Refused);
        Assert.Equal((0, 8), Stores.Of(await rig.Store.ReadAsync([Stores.Claim(wide, 0)], default)));
    }

    // A sweep looks at all of them, while nobody else can reserve.
    [Fact]
    public void Subjects_ThatFindNoRoom_ShareACounter_AndRoomIsLookedForOnceASecond()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 23, 59, 59, 500, TimeSpan.Zero));
        var store = new MemoryLimitStore(time);
        var limit = Stores.Limit(1000);
        for (var subject = 0; subject < 100_000; subject++)
            store.Reserve([Stores.Claim(limit, 0, $"{subject}")], []);
        store.Reserve([Stores.Claim(limit, 7, "late")], []);
        Assert.Equal(12, store.Reserve([Stores.Claim(limit, 5, "later")], []).Uses[0].Held);

        // The day is over, and all of them can go; half a second after the last look nobody looks.
        time.Advance(TimeSpan.FromMilliseconds(600));
        store.Reserve([Stores.Claim(limit, 2, "again")], []);
        Assert.True(store.Reserve([Stores.Claim(limit, 3, "and again")], []).Uses[0].Held >= 5);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(4, store.Reserve([Stores.Claim(limit, 4, "tomorrow")], []).Uses[0].Held);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task AnotherModel_TakesThePlaceOfTheOneBefore(bool isRedis)
    {
        await using var rig = await Rig.StartAsync(isRedis);
        var (all, model) = (Stores.Limit(100, id: "all"), Stores.Limit(100, id: "model"));
        var first = await rig.Store.ReserveAsync("1", [Stores.Claim(all, 60), Stores.Claim(model, 60, "dear")], [], default);
        var second = await rig.Store.ReserveAsync("1", [Stores.Claim(all, 70), Stores.Claim(model, 70, "cheap")], first.Held, default);
        Assert.Equal(-1, second.Refused);
        var uses = await rig.Store.ReadAsync([Stores.Claim(all, 0), Stores.Claim(model, 0, "dear"), Stores.Claim(model, 0, "cheap")], default);
        Assert.Equal([70, 0, 70], uses.Select(use => use.Held));
        await rig.Store.SettleAsync("1", second.Held, [5, 5]);
        Assert.Equal((5, 0), Stores.Of(await rig.Store.ReadAsync([Stores.Claim(all, 0)], default)));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Claims_OfManyAtOnce_NeverComeToMoreThanTheLimit(bool isRedis)
    {
        await using var rig = await Rig.StartAsync(isRedis);
        var limit = Stores.Limit(500);
        var taken = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, stop) =>
        {
            var answer = await rig.Store.ReserveAsync($"{number}", [Stores.Claim(limit, 7)], [], stop);
            if (answer.Refused >= 0)
                return;
            Interlocked.Add(ref taken, 7);
            await rig.Store.SettleAsync($"{number}", answer.Held, [7]);
        });
        Assert.Equal(497, taken);
        Assert.Equal((497, 0), Stores.Of(await rig.Store.ReadAsync([Stores.Claim(limit, 0)], default)));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Parallel_CountsWhatRuns(bool isRedis)
    {
        await using var rig = await Rig.StartAsync(isRedis);
        var limit = Stores.Parallel(2);
        var first = await rig.Store.ReserveAsync("1", [Stores.Claim(limit, 1)], [], default);
        Assert.Equal(-1, (await rig.Store.ReserveAsync("2", [Stores.Claim(limit, 1)], [], default)).Refused);
        Assert.Equal(0, (await rig.Store.ReserveAsync("3", [Stores.Claim(limit, 1)], [], default)).Refused);
        await rig.Store.SettleAsync("1", first.Held, [0]);
        Assert.Equal(-1, (await rig.Store.ReserveAsync("4", [Stores.Claim(limit, 1)], [], default)).Refused);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Rolling_CountsWhatWasUsedInTheTimeBefore(bool isRedis)
    {
        await using var rig = await Rig.StartAsync(isRedis);
        var limit = Stores.Limit(10, "rolling");
        var answer = await rig.Store.ReserveAsync("1", [Stores.Claim(limit, 6)], [], default);
        await rig.Store.SettleAsync("1", answer.Held, [6]);
        Assert.Equal(0, (await rig.Store.ReserveAsync("2", [Stores.Claim(limit, 6)], [], default)).Refused);
        Assert.Equal(-1, (await rig.Store.ReserveAsync("3", [Stores.Claim(limit, 4)], [], default)).Refused);
    }

    [Fact]
    public async Task Rolling_WhatWasUsedLeavesIt_ABucketAtATime()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        await using var store = new MemoryLimitStore(clock);
        var limit = Stores.Limit(10, "rolling");
        for (var i = 0; i < 2; i++)
        {
            var answer = await store.ReserveAsync($"{i}", [Stores.Claim(limit, 5)], [], default);
            await store.SettleAsync($"{i}", answer.Held, [5]);
            clock.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(10, store.Peek(limit, "all").Used);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(5, store.Peek(limit, "all").Used);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, store.Peek(limit, "all").Used);
    }

    [Fact]
    public async Task Window_ThatEndsWhileARequestRuns_HasItsUse_AndTheNextOneDoesNot()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 23, 59, 59, 900, TimeSpan.Zero));
        await using var store = new MemoryLimitStore(clock);
        var limit = Stores.Limit(10, "month");
        var answer = await store.ReserveAsync("1", [Stores.Claim(limit, 9)], [], default);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), Stores.Of(await store.ReadAsync([Stores.Claim(limit, 0)], default)));
        await store.SettleAsync("1", answer.Held, [9]);
        Assert.Equal((0, 0), Stores.Of(await store.ReadAsync([Stores.Claim(limit, 0)], default)));
        Assert.Equal(-1, (await store.ReserveAsync("2", [Stores.Claim(limit, 10)], [], default)).Refused);
    }

    [SkippableFact]
    public async Task Lease_OfAGatewayThatIsGone_ComesBackByItself()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var alive = Stores.Redis(redis, leaseSeconds: 2);
        var limit = Stores.Limit(10);
        await using (var gone = Stores.Redis(redis, leaseSeconds: 2))
            Assert.Equal(-1, (await gone.ReserveAsync("1", [Stores.Claim(limit, 10)], [], default)).Refused);
        Assert.Equal(0, (await alive.ReserveAsync("2", [Stores.Claim(limit, 10)], [], default)).Refused);
        await Eventually.TrueAsync(async () => (await alive.ReserveAsync("3", [Stores.Claim(limit, 10)], [], default)).Refused == -1, "the lease has ended");
    }

    [SkippableFact]
    public async Task Lease_OfARequestThatRunsLonger_IsRenewed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis, leaseSeconds: 2);
        var limit = Stores.Limit(10);
        await store.ReserveAsync("1", [Stores.Claim(limit, 10)], [], default);
        var end = await EndOfLeaseAsync(redis);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(0, (await store.ReserveAsync("2", [Stores.Claim(limit, 1)], [], default)).Refused);
                return await EndOfLeaseAsync(redis) >= end + 2000;
            },
            "the lease is renewed past its first end");
    }

    [SkippableFact]
    public async Task Clock_OfAGatewayThatIsAnHourOff_DoesNotMatter()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var right = Stores.Redis(redis);
        await using var wrong = Stores.Redis(redis, time: new OffClock(TimeSpan.FromHours(1)));
        var limit = Stores.Limit(10, "minute");
        Assert.Equal(-1, (await right.ReserveAsync("1", [Stores.Claim(limit, 6)], [], default)).Refused);
        Assert.Equal(0, (await wrong.ReserveAsync("2", [Stores.Claim(limit, 6)], [], default)).Refused);
    }

    [SkippableFact]
    public async Task Server_ThatComesBackEmpty_LearnsWhatWasUsed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis);
        var limit = Stores.Limit(100);
        var answer = await store.ReserveAsync("1", [Stores.Claim(limit, 90)], [], default);
        await store.SettleAsync("1", answer.Held, [90]);
        await store.ReadAsync([Stores.Claim(limit, 0)], default);
        await redis.KillAsync();
        await redis.RestartAsync();
        await Eventually.TrueAsync(async () =>
        {
            await store.ReserveAsync("2", [Stores.Claim(limit, 1)], [], default);
            return store.Problem is null;
        }, "the server is back");
        Assert.Equal(0, (await store.ReserveAsync("3", [Stores.Claim(limit, 20)], [], default)).Refused);
    }

    [SkippableTheory]
    [InlineData(StoreFailure.Local, 2, 0)]
    [InlineData(StoreFailure.Open, 3, -1)]
    [InlineData(StoreFailure.Closed, 0, ReserveAnswer.Unavailable)]
    public async Task Server_Away_IsMetAsTheConfigurationSays(StoreFailure onFailure, int passed, int then)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis, onFailure);
        var limit = Stores.Limit(10);
        var before = await store.ReserveAsync("0", [Stores.Claim(limit, 2)], [], default);
        await store.SettleAsync("0", before.Held, [2]);
        await store.ReadAsync([Stores.Claim(limit, 0)], default);
        await redis.KillAsync();
        var count = 0;
        for (var i = 1; i <= 3; i++)
        {
            var answer = await store.ReserveAsync($"{i}", [Stores.Claim(limit, 4)], [], default);
            if (answer.Refused == -1)
            {
                count++;
                await store.SettleAsync($"{i}", answer.Held, [4]);
            }
            else
            {
                Assert.Equal(then, answer.Refused);
            }
        }

        Assert.Equal(passed, count);
        Assert.NotNull(store.Problem);

        // What was used meanwhile is counted when it is back.
        await redis.RestartAsync();
        await Eventually.TrueAsync(() => store is { Problem: null, Journal.Waiting: 0 }, "the server is back");
        await using var other = Stores.Redis(redis);
        Assert.Equal(count * 4, (await other.ReadAsync([Stores.Claim(limit, 0)], default))[0].Used);
    }

    [SkippableFact]
    public async Task Server_ThatIsFrozen_IsNotWaitedForAgainAndAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = Stores.Redis(redis);
        var limit = Stores.Limit(1000);
        await store.ReserveAsync("0", [Stores.Claim(limit, 1)], [], default);
        await redis.FreezeAsync(true);
        try
        {
            for (var i = 1; i <= 3; i++)
                await store.ReserveAsync($"{i}", [Stores.Claim(limit, 1)], [], default);
            Assert.NotNull(store.Problem);
            var quick = store.ReserveAsync("4", [Stores.Claim(limit, 1)], [], default);
            Assert.True(quick.IsCompleted);
            Assert.Equal(-1, (await quick).Refused);
        }
        finally
        {
            await redis.FreezeAsync(false);
        }

        await Eventually.TrueAsync(() => store.Problem is null, "the server goes on");
    }

    [SkippableFact]
    public async Task Cluster_EachLimitLiesWhereItLies_AndClaimsAreStillAllOrNothing()
    {
        var nodes = await RedisServer.StartClusterAsync(3);
        try
        {
            await using var store = Stores.Redis(nodes[0]);
            Limit[] limits = [.. Enumerable.Range(0, 6).Select(number => Stores.Limit(number == 5 ? 10 : 100, id: $"limit{number}"))];
            var first = await store.ReserveAsync("1", [.. limits.Select(limit => Stores.Claim(limit, 8))], [], default);
            Assert.Equal(-1, first.Refused);
            Assert.Equal(5, (await store.ReserveAsync("2", [.. limits.Select(limit => Stores.Claim(limit, 8))], [], default)).Refused);
            await store.SettleAsync("1", first.Held, [.. limits.Select(_ => 3L)]);
            Assert.All(await store.ReadAsync([.. limits.Select(limit => Stores.Claim(limit, 0))], default), use => Assert.Equal((3, 0), (use.Used, use.Held)));
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    // When the lease named 1 ends, in ms of the server's clock.
    private static async Task<long> EndOfLeaseAsync(RedisServer redis) => long.Parse(
        (await redis.AskAsync("EVAL \"return redis.call('ZSCORE', redis.call('KEYS', '*:r')[1], '1')\" 0", lines: 2)).Split('\n')[1], CultureInfo.InvariantCulture);

    private sealed class OffClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private sealed class Rig(ILimitStore store, RedisServer? server) : IAsyncDisposable
    {
        public ILimitStore Store => store;

        public static async Task<Rig> StartAsync(bool isRedis)
        {
            if (!isRedis)
                return new Rig(new MemoryLimitStore(TimeProvider.System), null);
            var server = await RedisServer.StartAsync();
            return new Rig(Stores.Redis(server), server);
        }

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            if (server is not null)
                await server.DisposeAsync();
        }
    }
}
