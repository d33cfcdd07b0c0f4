using ModelScan.InProcess;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.Tests.Routing;

public sealed class RoutingModesTests
{
    [Theory]
    [InlineData(RoutingMode.Direct, "direct")]
    [InlineData(RoutingMode.PlanoProxy, "plano_proxy")]
    [InlineData(RoutingMode.PlanoEmbedded, "plano_embedded")]
    [InlineData(RoutingMode.Policy, "policy")]
    public void Mode_HasTheNameOfItsConfiguration(RoutingMode mode, string name) => Assert.Equal((name, mode), (RoutingModes.NameOf(mode), RoutingModes.Find(name)));

    [Fact]
    public void EveryMode_HasItsCounterpartForUsersOfThePackage()
    {
        Assert.Equal(Enum.GetValues<RoutingMode>().Length, Enum.GetValues<GatewayMode>().Length);
        Assert.All(Enum.GetValues<RoutingMode>(), mode => Assert.Equal(mode, GatewayModes.Of(mode).ToRoutingMode()));
    }
}
