using ModelScan.InProcess;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing.Modes;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Modes;

public sealed class RoutingModesTests
{
    [Theory]
    [InlineData(RoutingMode.Direct, "direct")]
    [InlineData(RoutingMode.PlanoProxy, "plano_proxy")]
    [InlineData(RoutingMode.PlanoEmbedded, "plano_embedded")]
    [InlineData(RoutingMode.Policy, "policy")]
    public void Mode_HasTheNameOfItsConfiguration(RoutingMode mode, string name) => Assert.Equal((name, mode), (RoutingModes.NameOf(mode), RoutingModes.Find(name)));

    [Fact]
    public void EveryMode_IsServedOnce() => Assert.Equal(Enum.GetValues<RoutingMode>().Order(), RoutingModes.All.Select(entry => entry.Mode).Order());

    /// <summary>Adding a mode touches its file and the list; its name stands in <see cref="RoutingMode"/>, from which configuration, headers and messages take it.</summary>
    [Fact]
    public void EveryMode_IsNamedInItsFileAndInTheListAlone()
    {
        var source = Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi");
        foreach (var type in RoutingModes.All.Select(entry => entry.GetType().Name))
        {
            var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file) is var code && (code.Contains($"new {type}(", StringComparison.Ordinal) || code.Contains($"class {type} ", StringComparison.Ordinal)))
                .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/'));
            Assert.Equal(new[] { $"Routing/Modes/{type}.cs", "Routing/Modes/RoutingModes.cs" }.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(RoutingMode.Direct, null)]
    [InlineData(RoutingMode.Policy, null)]
    [InlineData(RoutingMode.PlanoProxy, "plano_proxy needs routing.proxy.base_url")]
    [InlineData(RoutingMode.PlanoEmbedded, "plano_embedded needs routing.embedded.config_path")]
    public void Lacks_OfAnEmptyConfiguration_NamesWhatTheModeNeeds(RoutingMode mode, string? expected) => Assert.Equal(expected, RoutingModes.Lacks(ConfigText.Read("version: v0.4.0"), mode));

    [Fact]
    public void EveryMode_HasItsCounterpartForUsersOfThePackage()
    {
        Assert.Equal(Enum.GetValues<RoutingMode>().Length, Enum.GetValues<GatewayMode>().Length);
        Assert.All(Enum.GetValues<RoutingMode>(), mode => Assert.Equal(mode, GatewayModes.Of(mode).ToRoutingMode()));
    }
}
