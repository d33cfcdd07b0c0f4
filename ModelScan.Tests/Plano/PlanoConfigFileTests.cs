using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Plano;

public sealed class PlanoConfigFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-plano-config-");

    [Fact]
    public void Read_ModelListener_TellsItsPort() => Assert.Equal(12345, Read(PlanoRig.PlanoConfig).ModelPort);

    [Fact]
    public void Read_NoListenerOfModels_IsTheDefaultPort() => Assert.Equal(12000, Read("version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: openai/gpt-4o }]").ModelPort);

    [Fact]
    public void Read_Errors_AreNamedByPathAndLine()
    {
        var failure = Assert.Throws<ContainerDownException>(() => Read("version: v0.4.0\nlisteners: []\nmodel_providers:\n  - { model: nothing }"));
        Assert.Contains("plano.yaml: line 4: model_providers[0].model: ", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsLasting);
    }

    [Fact]
    public void Read_NoFile_SaysSo()
    {
        var failure = Assert.Throws<ContainerDownException>(() => PlanoConfigFile.Read(Path.Combine(_folder.FullName, "absent.yaml"), new Dictionary<string, string>()));
        Assert.Contains("absent.yaml", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public void Read_ListenerThatOnlyTheContainerReaches_IsRefused(string address) => Assert.Contains(
        "cannot be reached from outside",
        Assert.Throws<ContainerDownException>(() => Read($"version: v0.4.0\nlisteners: [{{ type: model, name: m, port: 1, address: {address} }}]\nmodel_providers: [{{ model: openai/gpt-4o }}]")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_VariableThatTheContainerIsNotGiven_IsNoted()
    {
        Assert.Equal("model_providers[0].access_key", Assert.Single(Read(PlanoRig.PlanoConfig).MissingVariables).Path);
        Assert.Empty(Read(PlanoRig.PlanoConfig, ("OPENAI_API_KEY", "k")).MissingVariables);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private PlanoConfigFile Read(string text, params (string Name, string Value)[] variables)
    {
        var path = Path.Combine(_folder.FullName, "plano.yaml");
        File.WriteAllText(path, text);
        return PlanoConfigFile.Read(path, variables.ToDictionary(pair => pair.Name, pair => pair.Value));
    }
}
