using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Library;
using ModelScan.RoutingApi.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Library;

/// <summary>What configurations become.</summary>
public sealed class ModelRouterFactoryTests
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
        var exception = await Assert.ThrowsAsync<InvalidConfigException>(() => ModelRouterFactory.CreateFromTextAsync(LibraryConfig.Direct(Local, Local, routing)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_NoFile_SaysSo() =>
        await Assert.ThrowsAsync<InvalidConfigException>(() => ModelRouterFactory.CreateAsync("/nowhere/modelscan.yaml"));

    [Fact]
    public async Task Create_FromAFile_Works()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, LibraryConfig.Direct(Local, Local));
        await using var router = await ModelRouterFactory.CreateAsync(file);
        Assert.Equal("direct", router.Mode);
        File.Delete(file);
    }

    [Fact]
    public async Task DirectConfig_MakesADirectRouterWithOpenAiAsDefault()
    {
        var config = ModelRouterFactory.DirectConfig();
        Assert.Equal((RoutingMode.Direct, "openai/gpt-4o", false), (config.Config.Mode, config.Config.Providers.Single(entry => entry.IsDefault).Name, config.Config.Fallback));
        await using var router = await ModelRouterFactory.CreateAsync(config);
        Assert.IsType<DirectRouter>(router.Current);
    }

    [Fact]
    public async Task PlanoConfig_MakesAPlanoProxyRouterThatFallsBack()
    {
        var config = ModelRouterFactory.PlanoConfig(Local);
        Assert.Equal((RoutingMode.PlanoProxy, Local, TimeSpan.FromSeconds(30), true), (config.Config.Mode, config.Config.Proxy!.BaseUrl, config.Config.Proxy.Timeout, config.Config.Fallback));
        await using var router = await ModelRouterFactory.CreateAsync(config);
        Assert.IsType<PlanoProxyRouter>(Assert.IsType<FallbackRouter>(router.Current).Mode);
    }

    [Fact]
    public void EmbeddedPlanoConfig_KeepsThePathAndTheDefaults()
    {
        var config = ModelRouterFactory.EmbeddedPlanoConfig("plano_config.yaml").Config;
        Assert.Equal((RoutingMode.PlanoEmbedded, true, "katanemo/plano:0.4.36"), (config.Mode, config.Fallback, config.Embedded!.Image));
        Assert.Equal("plano_config.yaml", Path.GetFileName(config.Embedded.ConfigPath));
    }

    [Fact]
    public async Task Create_RoutersSideBySide_ShareNothing()
    {
        await using var provider = RawUpstream.Start(LibraryConfig.Json(LibraryConfig.Completion));
        await using var first = await ModelRouterFactory.CreateFromTextAsync(LibraryConfig.Direct(provider.Address, Local));
        await using var second = await ModelRouterFactory.CreateFromTextAsync(LibraryConfig.Direct(Local, provider.Address));
        Assert.Equal(
            ("openai", "groq"),
            ((await first.RouteAsync(new RouteRequest([new RouteMessage("user", "hi")]) { Model = "gpt-4o" })).Provider,
            (await second.RouteAsync(new RouteRequest([new RouteMessage("user", "hi")]) { Model = "llama" })).Provider));
    }
}
