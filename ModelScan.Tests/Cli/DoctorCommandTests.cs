using System.Net;
using System.Net.Sockets;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task HealthySetUp_Passes()
    {
        await using var provider = await HttpFeed.StartAsync("{}");
        var run = await DiagnoseAsync($"model_providers: [{{ model: openai/m, base_url: '{provider.Address}', access_key: k }}]");
        Assert.Equal(0, run.Code);
        Assert.Contains("ok: configuration: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("ok: key of openai: is set", run.Output, StringComparison.Ordinal);
        Assert.Contains($"ok: provider openai: {provider.Address} answers", run.Output, StringComparison.Ordinal);
        Assert.Contains("container engine: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("ok: session store: in the memory of the process", run.Output, StringComparison.Ordinal);
        Assert.Contains("ok: classifier: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(" is free", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingKey_NamesTheVariable() =>
        await AssertFailsAsync("failure: key of anthropic: there is none -> set ANTHROPIC_API_KEY, or access_key in model_providers", "model_providers: [{ model: anthropic/m }]");

    [Fact]
    public async Task UnreachableProvider_IsAFailure() => await AssertFailsAsync(
        "cannot be reached: Connection refused", $"model_providers: [{{ model: openai/m, access_key: k, base_url: 'http://127.0.0.1:{FreePort.Find()}' }}]");

    [Fact]
    public async Task UnreachablePlano_IsAFailure() => await AssertFailsAsync(
        "failure: Plano: ", $"routing: {{ mode: plano_proxy, proxy: {{ base_url: 'http://127.0.0.1:{FreePort.Find()}' }} }}");

    [Fact]
    public async Task UnreachableRedis_IsAFailure() => await AssertFailsAsync(
        "failure: session store: Redis does not answer", $"routing: {{ session_cache: {{ type: redis, url: 'redis://127.0.0.1:{FreePort.Find()}', tenant_header: x-tenant }} }}");

    [Fact]
    public async Task WrongRedisAddress_IsAFailure() => await AssertFailsAsync(
        "-> mend routing.session_cache.url", "routing: { session_cache: { type: redis, url: 'redis://127.0.0.1:0', tenant_header: x-tenant } }");

    [Fact]
    public async Task MissingContainerEngine_IsAFailureWhereOneIsNeeded() => await AssertFailsAsync(
        "failure: container engine: ", $"routing: {{ mode: plano_embedded, embedded: {{ config_path: '{_folder.Write("plano.yaml", "version: v0.4.0")}', engine: '/nowhere/docker' }} }}");

    [Fact]
    public async Task SilentMetricsSource_IsAWarning()
    {
        var run = await DiagnoseAsync($"model_metrics_sources: [{{ type: cost_metrics, url: 'http://127.0.0.1:{FreePort.Find()}' }}]");
        Assert.Contains("warning: metrics of ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnenforcedSetting_IsAWarning() =>
        Assert.Contains("line 2: overrides.upstream_tls_ca_path: is NOT enforced", (await DiagnoseAsync("overrides: { upstream_tls_ca_path: /ca.pem }")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task TakenPort_IsAFailure()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var run = await CommandRun.OfAsync("doctor", "--config", _folder.Write("modelscan.yaml", $"listeners: [{{ type: model, name: m, port: {port} }}]\nmodel_providers: []"));
        Assert.Contains($"failure: port: http://127.0.0.1:{port} is taken by another program -> ", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task PortOfARunningGateway_IsKnown()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("model_providers: []");
        var address = gateway.Client.BaseAddress!;
        var run = await CommandRun.OfAsync("doctor", "--config", _folder.Write("modelscan.yaml", $"listeners: [{{ type: model, name: m, port: {address.Port} }}]\nmodel_providers: []"));
        Assert.Contains($"ok: port: http://127.0.0.1:{address.Port} is taken by a gateway that runs", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenConfiguration_IsAFailureThatNamesEveryError()
    {
        var run = await CommandRun.OfAsync("doctor", "--config", _folder.Write("modelscan.yaml", "routing: { mode: turbo }\nunheard_of: 1"));
        Assert.Equal(1, run.Code);
        Assert.Contains("failure: configuration: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("routing.mode", run.Output, StringComparison.Ordinal);
        Assert.Contains("unheard_of", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // Without providers of its own a configuration has every one that is known, on the internet.
    private Task<CommandRun> DiagnoseAsync(string yaml)
    {
        var listener = $"listeners: [{{ type: model, name: m, port: {FreePort.Find()} }}]\n";
        var providers = yaml.Contains("model_providers", StringComparison.Ordinal) ? "" : "\nmodel_providers: []";
        return CommandRun.OfAsync("doctor", "--config", _folder.Write("modelscan.yaml", listener + yaml + providers));
    }

    private async Task AssertFailsAsync(string finding, string yaml)
    {
        var run = await DiagnoseAsync(yaml);
        Assert.Contains(finding, run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.Code);
    }
}
