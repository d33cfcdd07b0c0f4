using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Configuration;

public sealed class SampleConfigTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "samples");

    [Theory]
    [InlineData("modelscan.yaml", RoutingMode.Policy)]
    [InlineData("modelscan.governance.yaml", RoutingMode.Policy)]
    [InlineData("modelscan.direct.yaml", RoutingMode.Direct)]
    [InlineData("modelscan.plano-proxy.yaml", RoutingMode.PlanoProxy)]
    [InlineData("modelscan.plano-embedded.yaml", RoutingMode.PlanoEmbedded)]
    public void Sample_IsValidAndOfItsMode(string file, RoutingMode mode) => Assert.Equal(mode, ConfigFile.At(Path.Combine(Folder, file)).Load().Config.Mode);

    [Fact]
    public void EverySample_IsValid() =>
        Assert.All(Directory.EnumerateFiles(Folder, "*.yaml"), file => Assert.NotEmpty(ConfigFile.At(file).Load().Config.Providers));

    [Fact]
    public void DirectSample_HasAModelForRequestsThatNameNone()
    {
        var config = ConfigFile.At(Path.Combine(Folder, "modelscan.direct.yaml")).Load().Config;
        Assert.Equal("openai/gpt-4o-mini", new ModelDirectory(config, mock: null).DirectDefault?.Name);
    }

    [Fact]
    public void EmbeddedPlano_NamesThePlanoConfigBesideIt()
    {
        var config = ConfigFile.At(Path.Combine(Folder, "modelscan.plano-embedded.yaml")).Load().Config;
        Assert.Equal(RoutingMode.PlanoEmbedded, config.Mode);
        Assert.Equal(Path.Combine(Folder, "plano_config.yaml"), config.Embedded!.ConfigPath);
    }

    [Fact]
    public void EmbeddedPlano_GivesPlanoEveryVariableThatItNames()
    {
        var embedded = ConfigFile.At(Path.Combine(Folder, "modelscan.plano-embedded.yaml")).Load().Config.Embedded!;
        var plano = PlanoConfigFile.Read(embedded.ConfigPath, embedded.Environment);
        Assert.Empty(plano.MissingVariables);
        Assert.Equal(12000, plano.ModelPort);
    }
}
