using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class MemorySessionStoreTests : IAsyncDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(600);
    private readonly FakeTimeProvider _clock = new();
    private readonly SessionMetrics _metrics = new();
    private readonly MemorySessionStore _store;

    public MemorySessionStoreTests() => _store = new MemorySessionStore(2, _clock, _metrics);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact] // F13
    public async Task Get_UnknownSession_Misses() => Assert.Equal(SessionRead.Miss, await _store.GetAsync("a", default));

    [Fact]
    public async Task Get_AfterSet_ReturnsTheBinding()
    {
        _store.Set("a", Binding("x"), Ttl);

        Assert.Equal("x", await ModelOf("a"));
    }

    [Fact] // F16
    public async Task Get_TtlOfZero_Misses()
    {
        _store.Set("a", Binding("x"), TimeSpan.Zero);

        Assert.Null(await ModelOf("a"));
    }

    [Fact] // F17
    public async Task Set_BeyondCapacity_EvictsTheOldest()
    {
        _store.Set("a", Binding("x"), Ttl);
        _store.Set("b", Binding("y"), Ttl);
        _store.Set("c", Binding("z"), Ttl);

        Assert.Equal((null, "y", "z"), (await ModelOf("a"), await ModelOf("b"), await ModelOf("c")));
    }

    [Fact]
    public async Task Set_BeyondCapacity_SparesWhatWasReadLately()
    {
        _store.Set("a", Binding("x"), Ttl);
        _store.Set("b", Binding("y"), Ttl);
        await ModelOf("a");
        _store.Set("c", Binding("z"), Ttl);

        Assert.Equal(("x", null), (await ModelOf("a"), await ModelOf("b")));
    }

    [Fact] // F18
    public async Task Set_KnownSessionAtCapacity_EvictsNothing()
    {
        _store.Set("a", Binding("x"), Ttl);
        _store.Set("b", Binding("y"), Ttl);
        _store.Set("b", Binding("z"), Ttl);

        Assert.Equal(("x", "z"), (await ModelOf("a"), await ModelOf("b")));
    }

    [Fact] // F19
    public async Task Get_LongerTtlOfItsOwn_OutlivesTheOthers()
    {
        _store.Set("a", Binding("x"), Ttl);
        _store.Set("b", Binding("y"), 2 * Ttl);
        _clock.Advance(Ttl);

        Assert.Equal((null, "y"), (await ModelOf("a"), await ModelOf("b")));
    }

    [Fact]
    public void Sweep_ExpiredSessions_AreRemovedWithoutBeingAskedFor()
    {
        _store.Set("a", Binding("x"), TimeSpan.FromSeconds(10));
        _store.Set("b", Binding("y"), Ttl);
        _clock.Advance(MemorySessionStore.SweepInterval);

        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public async Task Resize_Smaller_KeepsTheMostRecentlyUsed()
    {
        _store.Set("a", Binding("x"), Ttl);
        _store.Set("b", Binding("y"), Ttl);
        _store.Resize(1);

        Assert.Equal((null, "y", 1), (await ModelOf("a"), await ModelOf("b"), _store.Count));
    }

    [Fact]
    public void SetAndGet_FromManyThreads_NeverExceedTheCapacity()
    {
        _store.Resize(64);
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                var key = ((i * 31) + worker) % 200;
                _store.Set($"s{key}", Binding("x"), Ttl);
                var read = _store.GetAsync($"s{(key + 7) % 200}", default);
                Assert.True(read.IsCompletedSuccessfully);
            }
        });

        Assert.Equal(64, _store.Count);
    }

    private static SessionBinding Binding(string model) => new() { AnchorModel = model, DefaultModel = model };

    private async Task<string?> ModelOf(string key) => (await _store.GetAsync(key, default)).Binding?.AnchorModel;
}
