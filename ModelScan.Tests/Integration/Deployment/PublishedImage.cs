using System.Diagnostics;
using ModelScan.Tests.Integration.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// The gateway's image as <c>dotnet publish /t:PublishContainer</c> makes it, on a base of this machine's runtime, loaded into this
/// machine's container engine.
/// </summary>
/// <param name="engine">The engine, which the tests of the collection share; whoever made it disposes of it.</param>
public sealed class PublishedImage(RealEngine engine) : IAsyncLifetime
{
    /// <summary>The user that the images of .NET name, and no other.</summary>
    public const string User = "1654";

    // bench/container-start measures the image that the tests made: this variable names it, and then it is not removed.
    private const string KeepAs = "MODELSCAN_KEEP_IMAGE";

    /// <summary>The engine.</summary>
    internal RealEngine Engine => engine;

    /// <summary>The image, as the engine knows it.</summary>
    public string Name { get; } = $"localhost/modelscan:test-{Environment.ProcessId}";

    public async Task InitializeAsync()
    {
        if (engine.WhyNot is null)
            await engine.MakeAsync(Name, MakeAsync);
    }

    /// <summary>The engine removes it, when no test needs it any more.</summary>
    public Task DisposeAsync() => Task.CompletedTask;

    private async Task MakeAsync()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "root.tar");
        await GatewayImage.WriteRuntimeAsync(root, CancellationToken.None);
        await using var registry = await SmallRegistry.StartAsync(
            await File.ReadAllBytesAsync(root),
            new { Env = new[] { "PATH=/usr/share/dotnet:/bin", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "ASPNETCORE_HTTP_PORTS=8080", $"APP_UID={User}" }, User });

        // Outputs of its own, so that it disturbs no build of the same project.
        var archive = Path.Combine(folder.Path, "modelscan.tar.gz");
        var (code, output) = await PublishAsync(registry.Image, archive, Path.Combine(folder.Path, "artifacts"));
        Assert.True(code == 0, output);
        var loaded = await engine.RunAsync("load", "--input", archive);
        Assert.True(loaded.Succeeded, loaded.Error);
        foreach (var name in (string?[])[Name, Environment.GetEnvironmentVariable(KeepAs)])
        {
            if (name is not null)
                Assert.True((await engine.RunAsync("tag", "modelscan:latest", name)).Succeeded, $"it could not be called {name}");
        }

        // The name goes; the image stays under the others.
        await engine.RunAsync("rmi", "modelscan:latest");
    }

    private async Task<(int Code, string Output)> PublishAsync(string baseImage, string archive, string artifacts)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi"), "-c", "Release", "--artifacts-path", artifacts, "/t:PublishContainer", "-p:RunAnalyzers=false",
            $"-p:ContainerBaseImage={baseImage}", $"-p:ContainerArchiveOutputPath={archive}", "--disable-build-servers", "-nodeReuse:false", "-v", "q", "-nologo",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
