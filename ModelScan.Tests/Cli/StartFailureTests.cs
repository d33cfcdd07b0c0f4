using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ModelScan.Tests.Cli;

public sealed class StartFailureTests
{
    private const string AnyPort = "http://127.0.0.1:0";
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "modelscan.yaml");

    [Theory]
    [InlineData("foo", "--urls: 'foo' is not an http or https URL, such as http://127.0.0.1:12000")]
    [InlineData("ftp://127.0.0.1:1", "'ftp://127.0.0.1:1' is not an http or https URL")]
    [InlineData("http://127.0.0.1:99999", "has no port from 0 to 65535")]
    [InlineData("http://127.0.01.x:1", "names no address of this machine")]
    [InlineData("http://127.0.0.1:0/v1", "must have no path")]
    [InlineData("http://", "is not a URL with host and port")]
    [InlineData("http://127.0.0.1:0;bar", "'bar' is not an http or https URL")]
    public async Task BadUrls_AreToldInOneLine(string urls, string reason) =>
        (await CommandRun.OfAsync("--config", Sample, "--urls", urls)).FailedInOneLine(1, reason);

    [Theory]
    [InlineData("routing.mode: 'turbo' is not one of", "--Routing:Mode=turbo")]
    [InlineData("MockProviders must be an http or https URL, not 'foo'", "--MockProviders=foo")]
    [InlineData("cannot start: Configuration value 'Loud' is not supported.", "--Logging:LogLevel:Default=Loud")]
    public async Task BadSetting_IsToldInOneLine(string reason, string setting) =>
        (await CommandRun.OfAsync("--config", Sample, "--urls", AnyPort, setting)).FailedInOneLine(1, reason);

    [Fact]
    public async Task MissingFile_IsToldInOneLine() =>
        (await CommandRun.OfAsync("--config", "/nowhere/modelscan.yaml", "--urls", AnyPort)).FailedInOneLine(1, "/nowhere/modelscan.yaml: there is no such file");

    [Fact]
    public async Task DirectoryInPlaceOfAFile_IsToldInOneLine() =>
        (await CommandRun.OfAsync("--config", AppContext.BaseDirectory, "--urls", AnyPort)).FailedInOneLine(1, "is a directory, not a file");

    [Fact]
    public async Task AddressOfAnotherMachine_IsToldInOneLine() =>
        (await CommandRun.OfAsync("--config", Sample, "--urls", "http://192.0.2.1:18080")).FailedInOneLine(1, "this machine does not have the address");

    // As a process, because what host and server log goes to its standard output.
    [Fact]
    public async Task TakenPort_EndsTheProcessWithOneLineAndNoStackTrace()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", Sample, "--urls", $"http://{other.LocalEndpoint}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        new CommandRun(process.ExitCode, await output, await error).FailedInOneLine(1, "address already in use. Another program listens there");
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
    }
}
