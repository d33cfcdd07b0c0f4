using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class HealthCommandTests
{
    private const string Config = """
        version: v0.4.0
        listeners: [{ type: model, name: m, port: 12000 }]
        model_providers: [{ model: openai/gpt-4o, default: true }]
        routing: { mode: direct }
        """;

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
        await File.WriteAllTextAsync(file, Config.Replace("port: 12000", $"address: 0.0.0.0, port: {port}", StringComparison.Ordinal));

        (await CommandRun.OfAsync("health", "--config", file)).FailedInOneLine(1, $"http://127.0.0.1:{port}/ does not answer");
    }

    [Fact]
    public async Task Health_OfSomethingThatIsNoAddress_FailsInOneLine() =>
        (await CommandRun.OfAsync("health", "--url", "nonsense")).FailedInOneLine(1, "no address to ask");
}
