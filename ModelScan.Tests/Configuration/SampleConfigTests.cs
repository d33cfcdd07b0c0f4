using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Configuration;

public sealed class SampleConfigTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "samples");

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
