using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.Tests.Providers.Health;

public sealed class UpstreamLoadTests
{
    [Fact]
    public void Enter_UntilDisposed_CountsForItsModelAlone()
    {
        var load = new UpstreamLoad();
        var (busy, idle) = (Target("a"), Target("b"));
        var first = load.Enter(busy);
        var second = load.Enter(busy);
        Assert.Equal((2, 0), (load.Of(busy), load.Of(idle)));
        first.Dispose();
        second.Dispose();
        Assert.Equal(0, load.Of(busy));
    }

    [Fact]
    public void Of_TheSameModelAfterAReload_GoesOn()
    {
        var load = new UpstreamLoad();
        using var request = load.Enter(Target("a"));
        Assert.Equal(1, load.Of(Target("a")));
    }

    [Fact]
    public void Enter_MoreNamesThanAnybodyConfigures_AreNotRemembered()
    {
        var load = new UpstreamLoad();
        for (var i = 0; i < 4096; i++)
            load.Enter(Target($"m{i}")).Dispose();
        using var request = load.Enter(Target("one too many"));
        Assert.Equal(0, load.Of(Target("one too many")));
    }

    private static ModelTarget Target(string model) => new(new ModelProviderConfig($"openai/{model}", "openai", model) { AccessKey = "k" }, model, 0, null);
}
