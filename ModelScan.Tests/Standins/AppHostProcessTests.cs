using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ModelScan.Tests.Standins;

public sealed class AppHostProcessTests
{
    [Fact]
    public async Task Run_PortInUse_NamesResourceAndPortAndExitsWith1()
    {
        using var occupant = TryOccupy(8080);

        var (exitCode, output) = await RunAppHostAsync("--Containers=false");

        Assert.Equal(1, exitCode);
        Assert.Contains("metrics-mock could not be started: port 8080", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Publish_SaysWhatItTakesAndExitsWith1()
    {
        var (exitCode, output) = await RunAppHostAsync("--operation", "publish");

        Assert.Equal(1, exitCode);
        Assert.Contains("real Aspire packages", output, StringComparison.Ordinal);
    }

    // Whoever has the port already serves the test just as well.
    private static TcpListener? TryOccupy(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAppHostAsync(params string[] args)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var appHost = Process.Start(new ProcessStartInfo("dotnet", [typeof(Projects.ModelScan_AppHost).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        try
        {
            var output = appHost.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = appHost.StandardError.ReadToEndAsync(limit.Token);
            await appHost.WaitForExitAsync(limit.Token);
            return (appHost.ExitCode, await output + await errors);
        }
        finally
        {
            appHost.Kill(entireProcessTree: true);
        }
    }
}
