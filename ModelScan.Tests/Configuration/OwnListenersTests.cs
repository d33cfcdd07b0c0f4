using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary>Addresses by which a gateway would call itself.</summary>
public sealed class OwnListenersTests
{
    [Theory]
    [InlineData("0.0.0.0", "http://localhost:12000")]
    [InlineData("0.0.0.0", "http://127.0.0.1:12000/v1")]
    [InlineData("0.0.0.0", "http://127.0.0.9:12000")]
    [InlineData("0.0.0.0", "http://[::1]:12000")]
    [InlineData("0.0.0.0", "http://0.0.0.0:12000")]
    [InlineData("0.0.0.0", "http://[::ffff:127.0.0.1]:12000")]
    [InlineData("0.0.0.0", "http://LOCALHOST:12000")]
    [InlineData("0.0.0.0", "http://gateway.localhost:12000")]
    [InlineData("::", "https://localhost:12000")]
    [InlineData("127.0.0.1", "http://localhost:12000")]
    [InlineData("127.0.0.1", "http://127.0.0.1:12000/")]
    [InlineData("127.0.0.1", "http://0.0.0.0:12000")]
    [InlineData("localhost", "http://[::1]:12000")]
    public void Find_OwnListener_IsFound(string listener, string address) => Assert.NotNull(At(listener).Find(new Uri(address)));

    [Theory]
    [InlineData("0.0.0.0", "http://localhost:12001")]
    [InlineData("0.0.0.0", "http://plano:12000")]
    [InlineData("0.0.0.0", "http://example.org:12000")]
    [InlineData("0.0.0.0", "http://203.0.113.7:12000")]
    [InlineData("127.0.0.1", "http://127.0.0.2:12000")]
    [InlineData("127.0.0.1", "http://host.docker.internal:12000")]
    public void Find_SomebodyElse_IsNotFound(string listener, string address) => Assert.Null(At(listener).Find(new Uri(address)));

    [Fact]
    public void Find_MachinesNameAndAddresses_AreFoundWhereTheGatewayListensOnThem()
    {
        Assert.NotNull(At("0.0.0.0").Find(new Uri($"http://{Environment.MachineName}:12000")));
        foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address))
        {
            var url = new UriBuilder("http", address.ToString(), 12000).Uri;
            Assert.NotNull(At("0.0.0.0").Find(url));
            Assert.Equal(IPAddress.Loopback.Equals(address), At("127.0.0.1").Find(url) is not null);
        }
    }

    [Theory]
    [InlineData("urls", "http://127.0.0.1:7001;http://*:7002", "http://localhost:7002")]
    [InlineData("urls", "http://+:7002", "http://127.0.0.1:7002")]
    [InlineData("http_ports", "7001;7002", "http://localhost:7002")]
    [InlineData("https_ports", "7002", "https://localhost:7002")]
    [InlineData("Kestrel:Endpoints:Api:Url", "http://0.0.0.0:7002", "http://localhost:7002")]
    public void Of_SettingsSayWhereToListen_TheyCountInsteadOfTheFile(string key, string value, string own)
    {
        var listeners = OwnListeners.Of(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build(), ModelListenerConfig.Default);
        Assert.NotNull(listeners.Find(new Uri(own)));
        Assert.Null(listeners.Find(new Uri("http://localhost:12000")));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://unix:/tmp/modelscan.sock")]
    [InlineData("nonsense")]
    public void Of_NoPortIsKnown_FindsNothing(string urls) => Assert.Null(
        OwnListeners.Of(new ConfigurationBuilder().AddInMemoryCollection([new("urls", urls)]).Build(), ModelListenerConfig.Default).Find(new Uri("http://localhost:12000")));

    private static OwnListeners At(string address) => OwnListeners.Of(new ModelListenerConfig(address, 12000));
}
