using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>The configurations that Compose mounts.</summary>
public sealed class DeployedConfigTests
{
    [Theory]
    [InlineData("gateway/modelscan.yaml")]
    [InlineData("plano/plano_config.yaml")]
    public void Configuration_IsValid(string file) => Assert.Empty(Load(file).Warnings);

    [Fact]
    public void BothDecideOverTheSameRoutes() => Assert.Equal(
        Load("gateway/modelscan.yaml").Config.Routes.Select(route => (route.Name, route.Description, string.Join(' ', route.Models))),
        Load("plano/plano_config.yaml").Config.Routes.Select(route => (route.Name, route.Description, string.Join(' ', route.Models))));

    [Fact]
    public void EveryVariableOfTheGateway_IsGivenByCompose()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "gateway", "modelscan.yaml"));
        var named = System.Text.RegularExpressions.Regex.Matches(text, @"\$([A-Z_]+)", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        var given = ((YamlDotNet.RepresentationModel.YamlMappingNode)ComposeFile.Services["gateway"]["environment"]).Children.Keys.Select(key => key.ToString());

        Assert.Equal(3, named.Length);
        Assert.All(named, variable => Assert.Contains(variable, given));
    }

    private static LoadedConfig Load(string file) => ConfigText.Load(
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", file)), ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"), ("GEMINI_API_KEY", "k"), ("REDIS_PASSWORD", "p"));
}
