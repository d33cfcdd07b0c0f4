using ModelScan.RoutingApi.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Plano;

public sealed class ContainerEngineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ScriptedEngine _script = new();
    private readonly FakeTimeProvider _clock = new();

    [SkippableFact]
    public async Task Find_EngineThatDoesNotAnswer_SaysWhyAndWhatToDo()
    {
        _script.Write("info.fails", "warning\nCannot connect to the daemon");
        var failure = await Assert.ThrowsAsync<ContainerDownException>(FindAsync);
        Assert.Contains("Cannot connect to the daemon): start Docker or Podman", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsLasting);
    }

    [SkippableFact]
    public async Task Find_EngineThatHangs_IsGivenUp()
    {
        _script.Write("info.hangs");
        var finding = FindAsync();
        await Eventually.TrueAsync(() => _script.Calls.Length > 0, "the call");
        _clock.Advance(TimeSpan.FromSeconds(10));
        var failure = await Assert.ThrowsAsync<ContainerDownException>(() => finding.WaitAsync(Patience));
        Assert.Contains("did not end within 10 s", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Find_NoSuchProgram_SaysSo()
    {
        var failure = await Assert.ThrowsAsync<ContainerDownException>(() => ContainerEngine.FindAsync("/nowhere/docker", _clock, CancellationToken.None));
        Assert.Contains("'/nowhere/docker' cannot be started", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Pull_GivenUp_Ends()
    {
        var engine = await FindAsync();
        _script.Write("pull.hangs");
        using var stop = new CancellationTokenSource();
        var pulling = engine.PullAsync("image", TimeSpan.FromMinutes(1), _ => { }, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pulling.WaitAsync(Patience));
    }

    [SkippableTheory]
    [InlineData("podman version 4.3.1", "katanemo/plano:0.4.36", "docker.io/katanemo/plano:0.4.36")]
    [InlineData("podman version 4.3.1", "plano", "docker.io/library/plano")]
    [InlineData("podman version 4.3.1", "ghcr.io/katanemo/plano:1", "ghcr.io/katanemo/plano:1")]
    [InlineData("podman version 4.3.1", "registry:5000/plano", "registry:5000/plano")]
    [InlineData("podman version 4.3.1", "localhost/plano", "localhost/plano")]
    [InlineData("Docker version 28.2.2", "katanemo/plano:0.4.36", "katanemo/plano:0.4.36")]
    public async Task Pull_NameWithoutRegistry_IsDockersForEveryEngine(string version, string image, string pulled)
    {
        _script.Write("version", version);
        await (await FindAsync()).PullAsync(image, TimeSpan.FromMinutes(1), _ => { }, CancellationToken.None);
        Assert.Equal([$"pull {pulled}"], _script.CallsOf("pull"));
    }

    [SkippableFact]
    public async Task Run_Arguments_AreWhatBothEnginesUnderstand()
    {
        var engine = await FindAsync();
        var id = await engine.RunAsync(new ContainerSpec("name", "image:1")
        {
            Labels = new Dictionary<string, string> { ["a"] = "b c" },
            Ports = [new(0, 12000), new(10000, 10000)],
            ReadOnlyFile = ("/some where/config.yaml", "/app/config.yaml"),
        });
        Assert.Equal("0123456789ab", id);
        Assert.Equal(
            "run --detach --pull never --name name --label a=b c --publish 127.0.0.1::12000/tcp --publish 127.0.0.1:10000:10000/tcp "
            + "--mount type=bind,source=/some where/config.yaml,target=/app/config.yaml,readonly --stop-timeout 5 --add-host host.docker.internal:host-gateway image:1",
            Assert.Single(_script.CallsOf("run")));
    }

    [SkippableTheory]
    [InlineData("docker: Error response: Bind for 0.0.0.0:1 failed: port is already allocated.")]
    [InlineData("Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:1: bind: address already in use")]
    public async Task Run_PortTaken_SaysWhatToDo(string error)
    {
        _script.Write("run.fails", error);
        var engine = await FindAsync();
        var failure = await Assert.ThrowsAsync<ContainerDownException>(() => engine.RunAsync(new ContainerSpec("name", "image")));
        Assert.EndsWith("; give routing.embedded.ports another port, or 0 for a free one", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Remove_NoSuchContainer_IsNoError()
    {
        _script.Write("rm.fails", "Error: No such container: x");
        await (await FindAsync()).RemoveAsync("x");
    }

    [SkippableFact]
    public async Task Remove_Fails_NamesTheContainer()
    {
        _script.Write("rm.fails", "device busy");
        var engine = await FindAsync();
        Assert.Contains("device busy; remove the container x yourself", (await Assert.ThrowsAsync<ContainerDownException>(() => engine.RemoveAsync("x"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _script.Dispose();

    private Task<ContainerEngine> FindAsync()
    {
        Skip.If(ScriptedEngine.WhyNot is not null, ScriptedEngine.WhyNot);
        return ContainerEngine.FindAsync(_script.Program, _clock, CancellationToken.None);
    }
}
