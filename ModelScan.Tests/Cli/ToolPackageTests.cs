using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

/// <summary>The package of the tool, made of what has been built, installed from a folder, and run.</summary>
public sealed class ToolPackageTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        // Build outputs are named after their configuration: artifacts/bin/PROJECT/debug.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var pack = await DotnetAsync(
            "pack", Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi"), "--no-build", "-c", configuration, "-o", _folder.Path, "--disable-build-servers", "-nodeReuse:false");
        Assert.True(pack.Code == 0, pack.Output + pack.Error);

        // No feed but the folder: whatever the tool needs has to be in its package.
        var install = await DotnetAsync("tool", "install", "modelscan", "--tool-path", Path.Combine(_folder.Path, "tools"), "--source", _folder.Path, "--no-cache");
        Assert.True(install.Code == 0, install.Output + install.Error);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task InstalledTool_Runs()
    {
        var version = await ToolAsync("--version");
        Assert.Equal((0, ""), (version.Code, version.Error));
        Assert.Matches(@"^modelscan \d+\.\d+\.\d+\S*\s*$", version.Output);

        var validate = await ToolAsync("validate", Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));
        Assert.Equal((0, ""), (validate.Code, validate.Error));
        Assert.Contains("valid (3 models, 2 routes", validate.Output, StringComparison.Ordinal);

        // Settings, weights and native libraries travel with it.
        var decide = await ToolAsync("decide", "Write a Python function that implements binary search");
        Assert.Equal((0, ""), (decide.Code, decide.Error));
        Assert.Contains("route: code_generation", decide.Output, StringComparison.Ordinal);

        (await ToolAsync("--frobnicate")).FailedInOneLine(2, "unknown option '--frobnicate'");
    }

    private static Task<CommandRun> DotnetAsync(params string[] args) => RunAsync("dotnet", args);

    private Task<CommandRun> ToolAsync(params string[] args) => RunAsync(Path.Combine(_folder.Path, "tools", OperatingSystem.IsWindows() ? "modelscan.exe" : "modelscan"), args);

    private static async Task<CommandRun> RunAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };

        // Tests run in the runtime by which the tool is to be run.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return await CommandRun.OfProcessAsync(start, Patience);
    }
}
