using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class HealthCommandTests
{
    private static readonly TestConfig Config = TestConfig.Direct.Default("openai/gpt-4o", key: null);

    [Fact]
    public async Task Health_OfAGatewayThatRuns_IsTold()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);

        var run = await CommandRun.OfAsync("health", "--url", gateway.Client.BaseAddress!.ToString());

        Assert.Equal((0, "Healthy", ""), (run.Code, run.Output.Trim(), run.Error));
    }

    [Fact]
    public async Task Health_WhereNobodyListens_FailsInOneLine()
    {
        var port = FreePort.Find();

        (await CommandRun.OfAsync("health", "--url", $"http://127.0.0.1:{port}")).FailedInOneLine(1, $"http://127.0.0.1:{port}/ does not answer");
    }

    [Fact]
    public async Task Health_WithoutAUrl_AsksWhereTheConfigurationListens()
    {
        var port = FreePort.Find();
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "modelscan.yaml");
        await File.WriteAllTextAsync(file, Config.Yaml($"listeners: [{{ type: model, name: m, address: 0.0.0.0, port: {port} }}]"));

        (await CommandRun.OfAsync("health", "--config", file)).FailedInOneLine(1, $"http://127.0.0.1:{port}/ does not answer");
    }

    [Fact]
    public async Task Health_OfSomethingThatIsNoAddress_FailsInOneLine() =>
        (await CommandRun.OfAsync("health", "--url", "nonsense")).FailedInOneLine(1, "no address to ask");
}
