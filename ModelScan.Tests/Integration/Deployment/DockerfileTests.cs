using System.Globalization;
using ModelScan.Tests.Integration.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// <c>deploy/Dockerfile</c>, built by this machine's engine. Its two base images cannot be fetched: in place of the SDK stands a shell whose
/// <c>dotnet publish</c> copies what these tests were built with, in place of the runtime one made of this machine's.
/// </summary>
[Collection("container engine")]
public sealed class DockerfileTests(RealEngine engine) : IAsyncLifetime
{
    // Publishes only where the sources are that a real one would need: what .dockerignore takes away would be missed.
    private const string Publish = """
        #!/bin/sh
        for needed in "$2/$2.csproj" Directory.Packages.props Directory.Build.props global.json README.md samples/modelscan.yaml ModelScan.ServiceDefaults/ModelScan.ServiceDefaults.csproj; do
            [ -f "/src/$needed" ] || { echo "there is no $needed" >&2; exit 1; }
        done
        [ ! -e /src/ModelScan.Tests ] && [ ! -e "/src/$2/bin" ] || { echo "there is more than is needed" >&2; exit 1; }
        while [ "$1" != --output ]; do shift; done
        mkdir -p "$2" && cp -r /published/. "$2"
        """;

    private readonly string _base = $"localhost/modelscan-dockerfile-{Environment.ProcessId}";
    private readonly string _container = $"modelscan-dockerfile-{Environment.ProcessId}-{Guid.NewGuid():N}"[..48];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (engine.WhyNot is null)
            await engine.RunAsync("rm", "--force", "--volumes", "--time", "0", _container);
    }

    [SkippableTheory]
    [InlineData("gateway", 12000)]
    [InlineData("mock", 8080)]
    public async Task Image_IsBuilt_AndAnswersOnItsPortWithoutBeingRoot(string target, int port)
    {
        engine.SkipIfMissing();
        var name = $"{_base}:{target}";
        await engine.MakeAsync(name, () => BuildAsync(target, name));
        var mine = FreePort.Find();

        var started = await engine.RunAsync(
            "run", "--detach", "--name", _container, "--pull", "never", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL",
            "--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{mine}:{port}"), name);
        Assert.True(started.Succeeded, started.Error);

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync($"http://127.0.0.1:{mine}/health");
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"{target} is healthy");
        Assert.Equal(PublishedImage.User, (await engine.RunAsync("container", "inspect", "--format", "{{.Config.User}}", _container)).Output);
    }

    [SkippableFact]
    public async Task Volume_IsTheGatewaysOwn()
    {
        engine.SkipIfMissing();
        var name = $"{_base}:gateway";
        await engine.MakeAsync(name, () => BuildAsync("gateway", name));

        var written = await engine.RunAsync("run", "--rm", "--name", _container, "--pull", "never", "--entrypoint", "/bin/sh", name, "-c", "echo log >/home/app/requests.db && echo written");

        Assert.True(written.Succeeded && written.Output == "written", written.Error);
    }

    private async Task BuildAsync(string target, string name)
    {
        await engine.MakeAsync($"{_base}/sdk:10.0", WriteSdkAsync, "ENV PATH=/usr/bin:/bin");
        await engine.MakeAsync(
            $"{_base}/aspnet:10.0-noble-chiseled-extra", tar => GatewayImage.WriteRuntimeAsync(tar, CancellationToken.None),
            $"ENV PATH=/{GatewayImage.DotNet}:/bin", "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1");
        using var folder = new TemporaryFolder();
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "deploy", "Dockerfile"));
        var dockerfile = folder.Write("Dockerfile", text.Replace("mcr.microsoft.com/dotnet/", $"{_base}/", StringComparison.Ordinal));
        var built = await engine.RunAsync("build", "--pull=false", "--network", "none", "--file", dockerfile, "--target", target, "--tag", name, RepositoryFiles.Root);
        Assert.True(built.Succeeded, built.Output + built.Error);
    }

    private static async Task WriteSdkAsync(string tar)
    {
        using var folder = new TemporaryFolder();
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["usr/bin/dotnet"] = folder.Write("dotnet", Publish) };
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(files["usr/bin/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        foreach (var tool in (string[])["/bin/cp", "/bin/mkdir"])
            files[tool[1..]] = tool;
        foreach (var program in (string[])["ModelScan.RoutingApi", "ModelScan.MetricsMock"])
        {
            foreach (var (name, file) in GatewayImage.FilesOf(program))
                files[$"published/{name}"] = file;
        }

        await MachineImage.WriteAsync(tar, files, [], CancellationToken.None);
    }
}
