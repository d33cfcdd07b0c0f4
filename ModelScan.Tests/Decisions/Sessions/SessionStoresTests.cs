using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SessionStoresTests
{
    [Fact]
    public void EveryKindOfStore_IsThereOnce() => Assert.Equal(Enum.GetValues<SessionStoreKind>().Order(), SessionStores.All.Select(type => type.Kind).Order());

    [Theory]
    [InlineData(SessionStoreKind.Memory, null)]
    [InlineData(SessionStoreKind.Redis, "redis://h")]
    public void AddressOf_AStore_IsWhereItsBindingsLie(SessionStoreKind kind, string? expected)
    {
        var config = new SessionConfig { Store = kind, RedisUrl = "redis://h" };
        Assert.Equal(expected, SessionStores.Of(config).AddressOf(config));
    }
}
