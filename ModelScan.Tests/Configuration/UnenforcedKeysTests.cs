using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration;

/// <summary>Nothing that protects is ignored in silence.</summary>
public sealed class UnenforcedKeysTests
{
    [Theory]
    [InlineData("overrides.upstream_tls_ca_path", "overrides: { upstream_tls_ca_path: /ca.pem }")]
    public Task ProtectingSection_NotEnforced_IsAWarningAndAnErrorInStrictMode(string path, string yaml) => AssertWarnsAsync(path, ConfigText.Version4 + yaml + "\n");

    [Theory]
    [InlineData("listeners[0].input_filters", "type: prompt", "input_filters: [f]")]
    [InlineData("listeners[0].output_filters", "type: agent", "output_filters: [f]")]
    [InlineData("listeners[0].agents[0].input_filters", "type: model", "agents: [{ id: a, description: d, input_filters: [f] }]")]
    public void FiltersOfWhatIsNotServed_AreNoticed(string path, string type, string yaml) => Assert.Contains(
        ConfigText.Load($$"""
            version: v0.4.0
            filters: [{ id: f, url: "http://localhost:1" }]
            listeners: [{ {{type}}, name: m, port: 12000, {{yaml}} }]
            model_providers: [{ model: openai/gpt-4o, default: true }]
            """).Notices,
        notice => notice.Path == path);

    [Fact]
    public void Filters_NamedByNoListener_AreNoticed() => Assert.Contains(
        ConfigText.Load(ConfigText.Version4 + "filters: [{ id: f, url: 'http://localhost:1' }]\n").Notices, notice => notice.Path == "filters");

    [Fact]
    public Task ProtectingKeyOfAProvider_NotEnforced_IsAWarning() =>
        AssertWarnsAsync("model_providers[0].rate_limits", "version: v0.4.0\nmodel_providers: [{ model: openai/gpt-4o, default: true, rate_limits: [] }]\n");

    [Fact]
    public void ListenersTimeout_Given_LimitsRequests() => Assert.Equal(
        TimeSpan.FromSeconds(7),
        ConfigText.Read("version: v0.4.0\nlisteners: [{ type: model, name: m, timeout: 7s }]\nmodel_providers: [{ model: openai/gpt-4o }]\n").Timeouts.Total);

    [Fact]
    public void ListenersTimeout_TotalIsShorter_TheShorterCounts() => Assert.Equal(
        TimeSpan.FromSeconds(5),
        ConfigText.Read("listeners: [{ type: model, name: m, timeout: 7s }]\nrouting: { timeouts: { total: 5s } }\n").Timeouts.Total);

    [Fact]
    public void UnknownKeyOfOverrides_Tolerated_IsNoticed() => Assert.Contains(
        ConfigText.Load(ConfigText.Version4 + "overrides: { optimise_context_window: true }\n").Notices,
        notice => notice.Path == "overrides.optimise_context_window" && notice.Message.Contains("optimize_context_window", StringComparison.Ordinal));

    [Fact]
    public void Warnings_OtherThingsAreWrong_AreToldBesideTheErrors()
    {
        var report = RoutingConfigReader.Check(
            ConfigText.Version4 + "overrides: { upstream_tls_ca_path: /ca.pem }\nunheard_of: 1\n", "test.yaml", new VariableExpansion([], _ => null), []);
        Assert.Equal(["unheard_of"], report.Errors.Select(error => error.Path));
        Assert.Equal(["overrides.upstream_tls_ca_path"], report.Warnings.Select(warning => warning.Path));
        Assert.Null(report.Loaded);
    }

    private static async Task AssertWarnsAsync(string path, string yaml)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", yaml);
        var report = ConfigFile.At(file).Check();
        Assert.Contains(report.Warnings, warning => warning.Path == path && warning.Line > 0);
        Assert.True(report.Passes(strict: false));
        Assert.False(report.Passes(strict: true));

        var run = await CommandRun.OfAsync("validate", file);
        Assert.Equal(0, run.Code);
        Assert.Contains("warning: line ", run.Error, StringComparison.Ordinal);
        run = await CommandRun.OfAsync("validate", file, "--strict");
        Assert.Equal(1, run.Code);
        Assert.Contains($"{path}: is NOT enforced", run.Error, StringComparison.Ordinal);
    }
}
