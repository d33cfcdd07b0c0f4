using ModelScan.InProcess;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.InProcess;

/// <summary>What configurations become.</summary>
public sealed class GatewayConfigurationTests
{
    private static readonly Uri Local = new("http://localhost:12000");

    [Theory]
    [InlineData("mode: invalid", "routing.mode")]
    [InlineData("mode: plano_proxy", "plano_proxy needs routing.proxy.base_url")]
    [InlineData("mode: plano_proxy, proxy: { base_url: '' }", "routing.proxy.base_url")]
    [InlineData("mode: plano_proxy, proxy: { base_url: 'not a url' }", "routing.proxy.base_url")]
    [InlineData("mode: plano_embedded", "plano_embedded needs routing.embedded.config_path")]
    [InlineData("mode: plano_proxy, proxy: { base_url: 'http://p', api_key: k, passthrough_auth: true }", "routing.proxy.passthrough_auth")]
    public async Task Create_IncompleteConfig_SaysWhatIsMissing(string routing, string expected)
    {
        var exception = await Assert.ThrowsAsync<InvalidConfigurationException>(() => InProcessConfig.StartAsync(InProcessConfig.Direct(Local, Local, routing)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Errors, error => Assert.NotEmpty(error.Path));
        Assert.NotEmpty(exception.Errors);
    }

    [Fact]
    public async Task Create_NoFile_SaysSo() =>
        await Assert.ThrowsAsync<InvalidConfigurationException>(() => InProcessGateway.StartAsync("/nowhere/modelscan.yaml"));

    [Fact]
    public async Task Create_FromAFile_Works()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, InProcessConfig.Direct(Local, Local));
        await using var gateway = await InProcessGateway.StartAsync(file);
        Assert.Equal(GatewayMode.Direct, gateway.Mode);
        File.Delete(file);
    }

    [Fact]
    public async Task DirectConfig_MakesADirectRouterWithOpenAiAsDefault()
    {
        var config = GatewayConfiguration.Direct();
        Assert.Equal((RoutingMode.Direct, "openai/gpt-4o", false), (config.Loaded.Config.Mode, config.Loaded.Config.Providers.Single(entry => entry.IsDefault).Name, config.Loaded.Config.Fallback));
        await using var gateway = await InProcessGateway.StartAsync(config);
        Assert.IsType<DirectRouter>(gateway.Current);
    }

    [Fact]
    public async Task PlanoConfig_MakesAPlanoProxyRouterThatFallsBack()
    {
        var config = GatewayConfiguration.Plano(Local);
        Assert.Equal((RoutingMode.PlanoProxy, Local, TimeSpan.FromSeconds(30), true), (config.Loaded.Config.Mode, config.Loaded.Config.Proxy!.BaseUrl, config.Loaded.Config.Proxy.Timeout, config.Loaded.Config.Fallback));
        await using var gateway = await InProcessGateway.StartAsync(config);
        Assert.IsType<PlanoProxyRouter>(Assert.IsType<FallbackRouter>(gateway.Current).Mode);
    }

    [Fact]
    public void EmbeddedPlanoConfig_KeepsThePathAndTheDefaults()
    {
        var config = GatewayConfiguration.EmbeddedPlano("plano_config.yaml").Loaded.Config;
        Assert.Equal((RoutingMode.PlanoEmbedded, true, "katanemo/plano:0.4.36"), (config.Mode, config.Fallback, config.Embedded!.Image));
        Assert.Equal("plano_config.yaml", Path.GetFileName(config.Embedded.ConfigPath));
    }

    [Fact]
    public async Task Create_RoutersSideBySide_ShareNothing()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        await using var first = await InProcessConfig.StartAsync(InProcessConfig.Direct(provider.Address, Local));
        await using var second = await InProcessConfig.StartAsync(InProcessConfig.Direct(Local, provider.Address));
        Assert.Equal(
            ("openai", "groq"),
            ((await first.RouteAsync(new RouteRequest([new RouteMessage("user", "hi")]) { Model = "gpt-4o" })).Provider,
            (await second.RouteAsync(new RouteRequest([new RouteMessage("user", "hi")]) { Model = "llama" })).Provider));
    }
}
