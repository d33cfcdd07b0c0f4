using ModelScan.RoutingApi.Cli;
using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>deploy/systemd/modelscan.service</c>: what systemd says of it, and whether the program does what it says.</summary>
public sealed class SystemdUnitTests
{
    private const string Program = "/opt/modelscan/ModelScan.RoutingApi";

    private static readonly string Unit = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "systemd", "modelscan.service"));

    [SkippableFact]
    public async Task Unit_IsAcceptedBySystemd()
    {
        Skip.IfNot(Command.Exists("systemd-analyze"), "systemd-analyze is not on this machine");
        using var folder = new TemporaryFolder();

        // It looks whether the program is there.
        var unit = folder.Write("modelscan.service", Unit.Replace(Program, "/bin/true", StringComparison.Ordinal));
        var verified = await Command.RunAsync("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", unit], []);

        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.DoesNotContain("modelscan.service", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_Serves()
    {
        var command = Value("ExecStart").Split(' ');

        Assert.Equal(Program, command[0]);
        Assert.True(ServeCommand.IsMeant(command[1..], out var settings));
        Assert.Null(ServeSettings.FindProblem(settings));
    }

    [Fact]
    public void End_IsWaitedForLongerThanTheGatewayTakes()
    {
        var shutdown = new ShutdownConfig();
        Assert.True(int.Parse(Value("TimeoutStopSec"), System.Globalization.CultureInfo.InvariantCulture) > (shutdown.Delay + shutdown.Timeout).TotalSeconds);
    }

    [Fact]
    public void Log_LiesInTheFolderThatSystemdMakes() => Assert.Equal($"MODELSCAN_DATA=/var/lib/{Value("StateDirectory")}", Value("Environment"));

    private static string Value(string key) => Unit.Split('\n').Single(line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];
}
