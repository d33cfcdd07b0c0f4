using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ResponseCache;

namespace ModelScan.Tests.ResponseCache;

/// <summary>What is kept is bounded in bytes and in age.</summary>
public sealed class AnswerStoreTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AnswerStore _store;

    public AnswerStoreTests() => _store = new AnswerStore(_time);

    [Fact]
    public void TooManyBytes_ThoseNotAskedForTheLongestGo()
    {
        var config = new ResponseCacheConfig { MaxSize = 3 * Answer(1000).Size };
        foreach (var key in (string[])["a", "b", "c"])
            _store.Add(key, Answer(1000), config);
        Assert.NotNull(_store.Find("a", config.MaxAge));
        _store.Add("d", Answer(1000), config);
        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(key => _store.Find(key, config.MaxAge) is not null));
        Assert.Equal((3, 3 * Answer(1000).Size), (_store.Count, _store.Size));
    }

    [Fact]
    public void Old_IsNotGiven()
    {
        var config = new ResponseCacheConfig { MaxAge = TimeSpan.FromMinutes(1) };
        _store.Add("a", Answer(10), config);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(_store.Find("a", config.MaxAge));
        Assert.Null(_store.Find("a", TimeSpan.FromSeconds(59)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_store.Find("a", config.MaxAge));
    }

    [Fact]
    public void SameKeyAgain_TakesItsPlace()
    {
        var config = new ResponseCacheConfig();
        _store.Add("a", Answer(10), config);
        _store.Add("a", Answer(20), config);
        Assert.Equal((1, Answer(20).Size), (_store.Count, _store.Size));
    }

    private CachedAnswer Answer(int bytes) => new(new byte[bytes], [], null, null, _time.GetUtcNow());
}
