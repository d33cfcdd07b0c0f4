using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>What <c>make</c> would do, and what <c>make demo</c> does with a gateway that runs already.</summary>
public sealed partial class MakefileTests
{
    /// <summary>Every target, and a command that it comes to.</summary>
    public static TheoryData<string, string> Targets => new()
    {
        { "up", "docker compose up -d --build gateway" },
        { "docker-up", "docker compose up -d --build gateway" },
        { "down", "COMPOSE_PROFILES=demo,plano,postgres,grafana docker compose down -t 60" },
        { "docker-down", "COMPOSE_PROFILES=demo,plano,postgres,grafana docker compose down -t 60" },
        { "logs", "docker compose logs -f gateway" },
        { "docker-logs", "docker compose logs -f gateway" },
        { "demo", "COMPOSE_PROFILES=demo MOCK_PROVIDERS=http://metrics-mock:8080 docker compose up -d --build gateway metrics-mock" },
        { "image", "dotnet publish ModelScan.RoutingApi -c Release /t:PublishContainer" },
        { "test", "./test.sh" },
    };

    [SkippableTheory]
    [MemberData(nameof(Targets))]
    public async Task Target_IsThisCommand(string target, string command)
    {
        Skip.IfNot(Command.Exists("make"), "make is not on this machine");

        var dry = (await Command.RunAsync("make", "--dry-run", target)).Succeeded();

        Assert.Contains(command, dry.Output.Split('\n'));
    }

    [Fact]
    public void EveryTarget_IsListed()
    {
        var phony = Phony().Match(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "Makefile"))).Groups["targets"].Value.Split(' ');
        Assert.Equal(phony.Order(StringComparer.Ordinal), Targets.Select(row => (string)row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryProfile_GoesDown() => Assert.Contains($"COMPOSE_PROFILES={string.Join(',', ComposeFile.Profiles)}", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "Makefile")), StringComparison.Ordinal);

    [SkippableFact]
    public async Task Demo_AsksTheGatewayThatComposeStarted()
    {
        Skip.IfNot(Command.Exists("make") && Command.Exists("curl"), "make or curl is not on this machine");
        await using var mock = await RunningMock.StartAsync();
        var sample = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            sample, $"--MockProviders={mock.Address}", $"--services:metrics-mock:http:0={mock.Address}", $"--services:prometheus:http:0={mock.Address}");
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["Makefile", "demo.sh", ".env.example"])
            File.Copy(Path.Combine(RepositoryFiles.Root, name), Path.Combine(folder.Path, name));
        Directory.CreateDirectory(Path.Combine(folder.Path, "deploy"));
        folder.Write(".env", $"GATEWAY_PORT={gateway.Client.BaseAddress!.Port}\n");

        var demo = await Command.RunAsync("make", ["demo", "COMPOSE=true"], [("MOCK", "http://127.0.0.1:1")], folder.Path);

        Assert.Contains("\"object\":\"chat.completion\"", demo.Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal("../.env", new FileInfo(Path.Combine(folder.Path, "deploy", ".env")).LinkTarget);
    }

    [GeneratedRegex("^[.]PHONY: (?<targets>.+)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Phony();
}
