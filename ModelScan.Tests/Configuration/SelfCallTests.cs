using ModelScan.RoutingApi;
using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration;

/// <summary>No loops: a configuration by which the gateway would call itself is refused.</summary>
public sealed class SelfCallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("routing.proxy.base_url", "routing: { mode: plano_proxy, proxy: { base_url: http://localhost:12000, timeout: 30 }, fallback: true }")]
    [InlineData("routing.plano_proxy.base_url", "routing: { mode: proxy, plano_proxy: { base_url: http://127.0.0.1:12000 } }")]
    [InlineData("routing.proxy.base_url", "routing: { mode: policy, allow_mode_header: true, proxy: { base_url: http://localhost:12000 } }")]
    [InlineData("routing.embedded.address", "routing: { mode: plano_embedded, embedded: { address: http://localhost:12000 } }")]
    [InlineData("routing.classifier.base_url", "routing: { classifier: { type: endpoint, base_url: http://localhost:12000/v1, model: m } }")]
    [InlineData("model_providers[0].base_url", "model_providers: [{ model: own/x, base_url: http://localhost:12000/v1, provider_interface: openai }]")]
    [InlineData("llm_providers[0].endpoint", "llm_providers: [{ model: own/x, endpoint: localhost, port: 12000, protocol: http, provider_interface: openai }]")]
    public void Address_IsTheGatewaysOwn_IsRefusedAtStartAndByValidate(string path, string yaml)
    {
        var file = _folder.Write("modelscan.yaml", yaml);
        var error = Assert.Single(ConfigFile.At(file).Check().Errors);
        Assert.Equal((path, 1), (error.Path, error.Line));
        Assert.Contains("own listener", error.Message, StringComparison.Ordinal);

        var refused = Assert.Throws<InvalidConfigException>(() => GatewayHost.Build(["--config", file]));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_GatewayIsToldToListenThere_IsRefused()
    {
        var file = _folder.Write("modelscan.yaml", "routing: { mode: plano_proxy, proxy: { base_url: http://localhost:7700 } }");
        Assert.True(ConfigFile.At(file).Check().Passes(strict: true));
        Assert.Throws<InvalidConfigException>(() => GatewayHost.Build(["--config", file, "--urls", "http://0.0.0.0:7700"]));
    }

    [Fact]
    public void Address_OfAModeThatIsNotInForce_IsAWarningAndTheModeCannotBeSwitchedTo()
    {
        var file = _folder.Write("modelscan.yaml", "routing: { mode: direct, proxy: { base_url: http://localhost:12000 } }");
        var report = ConfigFile.At(file).Check();
        Assert.Equal("routing.proxy.base_url", Assert.Single(report.Warnings).Path);
        Assert.Contains("own listener", RoutingApi.Routing.Modes.RoutingModes.Lacks(report.Loaded!.Config, RoutingMode.PlanoProxy), StringComparison.Ordinal);
    }

    [Fact]
    public void Address_NobodyListensInTheLibrary_IsSomebodyElses()
    {
        var file = _folder.Write("modelscan.yaml", "routing: { mode: plano_proxy, proxy: { base_url: http://localhost:12000 } }");
        Assert.Equal(12000, ConfigFile.At(file).Load().Config.Proxy!.BaseUrl.Port);
    }

    [Fact]
    public void EmbeddedMode_PlanosConfigurationIsMissing_IsAnError()
    {
        var file = _folder.Write("modelscan.yaml", "routing: { mode: plano_embedded, embedded: { config_path: ./plano_config.yaml } }");
        Assert.Equal("routing.embedded.config_path", Assert.Single(ConfigFile.At(file).Check().Errors).Path);
        _folder.Write("plano_config.yaml", "version: v0.4.0");
        Assert.Empty(ConfigFile.At(file).Check().Errors);
    }
}
