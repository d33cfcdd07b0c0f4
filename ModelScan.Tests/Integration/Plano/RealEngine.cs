using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>
/// Docker or Podman on this machine and, in it, an image of the gateway that plays Plano's, made once for all tests of the collection and
/// removed after them; at the end no container may be left of it.
/// </summary>
public sealed class RealEngine : IAsyncLifetime
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Task> _made = new(StringComparer.Ordinal);

    /// <summary>Why the tests cannot run here; <see langword="null"/> when they can.</summary>
    public string? WhyNot { get; private set; } = "the engine has not been looked for";

    /// <summary>The engine's program.</summary>
    public string Program { get; private set; } = "";

    /// <summary>The image; test runs side by side have one each.</summary>
    public string Image { get; } = $"localhost/modelscan-plano-played:test-{Environment.ProcessId}";

    /// <summary>The name of this machine inside a container.</summary>
    public string HostName { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            WhyNot = "the image is made of this machine's Linux libraries";
            return;
        }

        try
        {
            Program = (await ContainerEngine.FindAsync(null, TimeProvider.System, CancellationToken.None)).Program;
        }
        catch (ContainerDownException)
        {
            WhyNot = "neither docker nor podman answers on this machine";
            return;
        }

        var isPodman = (await RunAsync("--version")).Output.Contains("podman", StringComparison.OrdinalIgnoreCase);
        HostName = isPodman ? "host.containers.internal" : "host.docker.internal";
        await ImportAsync(Image, tar => GatewayImage.WriteAsync(tar, CancellationToken.None), GatewayImage.Changes);
        WhyNot = await TryAsync();
        if (WhyNot is not null && isPodman && Environment.GetEnvironmentVariable("CONTAINERS_CONF") is null && FindRestrictedConf() is { } conf)
        {
            // In a sandbox podman needs settings of its own; .ci/run sets them the same way.
            Environment.SetEnvironmentVariable("CONTAINERS_CONF", conf);
            WhyNot = await TryAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Program.Length == 0)
            return;
        var left = (await RunAsync("ps", "--all", "--quiet", "--filter", $"ancestor={Image}")).Output;
        foreach (var id in left.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await RunAsync("rm", "--force", id);
        await RunAsync("rmi", "--force", Image);
        foreach (var image in _made.Keys)
            await RunAsync("rmi", "--force", image);

        Assert.True(left.Length == 0, $"containers are left behind: {left}");
    }

    /// <summary>Skips the test where there is no engine.</summary>
    public void SkipIfMissing() => Skip.If(WhyNot is not null, WhyNot);

    /// <summary>Calls the engine.</summary>
    internal Task<EngineReply> RunAsync(params string[] arguments) => CommandAsync(Program, arguments, CancellationToken.None);

    /// <summary>
    /// Makes an image once for all tests of the collection, which run one after the other; it is removed after them.
    /// </summary>
    /// <param name="name">What it is called in the engine.</param>
    /// <param name="make">Makes it.</param>
    public Task MakeAsync(string name, Func<Task> make)
    {
        if (!_made.TryGetValue(name, out var made))
            _made[name] = made = make();
        return made;
    }

    /// <summary>Makes an image of a root file system once for all tests of the collection.</summary>
    /// <param name="name">What it is called in the engine.</param>
    /// <param name="write">Packs the root file system into a file.</param>
    /// <param name="changes">Instructions such as <c>ENTRYPOINT</c>.</param>
    internal Task MakeAsync(string name, Func<string, Task> write, params string[] changes) => MakeAsync(name, () => ImportAsync(name, write, changes));

    /// <summary>Whether there is a container of this name, running or not.</summary>
    public async Task<bool> HasContainerAsync(string name) => (await RunAsync("container", "inspect", name)).Succeeded;

    internal static Task<EngineReply> CommandAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        EngineProcess.RunAsync(program, new EngineCommand(arguments, CommandLimit), TimeProvider.System, cancellationToken);

    private async Task ImportAsync(string name, Func<string, Task> write, IReadOnlyList<string> changes)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-image-");
        try
        {
            var tar = Path.Combine(folder.FullName, "root.tar");
            await write(tar);
            var imported = await RunAsync(["import", .. changes.SelectMany(change => (string[])["--change", change]), tar, name]);
            Assert.True(imported.Succeeded, imported.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string?> TryAsync()
    {
        var reply = await RunAsync("run", "--rm", "--pull", "never", "--entrypoint", "/bin/sh", Image, "-c", "exit 0");
        return reply.Succeeded ? null : $"{Program} cannot run containers here: {reply.Error}";
    }

    private static string? FindRestrictedConf()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var conf = Path.Combine(folder.FullName, "eng", "ci", "containers.conf");
            if (File.Exists(conf))
                return conf;
        }

        return null;
    }
}

/// <summary>Tests that share an engine; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RealEngineCollection : ICollectionFixture<RealEngine>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "container engine";
}
