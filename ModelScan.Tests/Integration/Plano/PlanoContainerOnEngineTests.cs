using System.Net;
using System.Net.Sockets;
using ModelScan.RoutingApi.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>A container's life on a real engine.</summary>
[Collection(RealEngineCollection.Name)]
public sealed class PlanoContainerOnEngineTests(RealEngine engine)
{
    [SkippableFact]
    public async Task Start_GoodImage_IsHealthyOnLoopback()
    {
        await using var real = new RealContainer(engine);
        var healthy = await real.StartHealthyAsync();
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(healthy.ServingAddress!, "/healthz"))).StatusCode);
        Assert.Equal("127.0.0.1", healthy.Address!.Host);
    }

    [SkippableFact]
    public async Task Start_ImageThatNobodyHas_SaysSo()
    {
        // Nothing listens on port 1, so nobody outside this machine is asked.
        await using var real = new RealContainer(engine, config => config with { Image = "localhost:1/modelscan/no-such-image:1" });
        real.Container.Start();
        await real.UntilAsync(PlanoContainerStatus.Pulling);
        var failed = await real.UntilAsync(PlanoContainerStatus.Restarting);
        Assert.StartsWith("the image localhost:1/modelscan/no-such-image:1 cannot be fetched: ", failed.LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_BrokenConfiguration_RunsNothing()
    {
        await using var real = new RealContainer(engine, planoConfig: "version: v0.4.0\nlisteners: []\nmodel_providers: [{ model: nothing }]");
        real.Container.Start();
        var degraded = await real.UntilAsync(PlanoContainerStatus.Degraded);
        Assert.Contains("line 3: model_providers[0].model: ", degraded.LastError, StringComparison.Ordinal);
        Assert.False(await engine.HasContainerAsync(real.Name));
    }

    [SkippableFact]
    public async Task Start_PortTaken_SaysSoAndComesUpOnceItIsFree()
    {
        var port = FreePort.Find();
        using var squatter = new TcpListener(IPAddress.Loopback, port);
        squatter.Start();
        await using var real = new RealContainer(engine, config => config with { EgressPort = port, MaxRestarts = 100 });
        real.Container.Start();
        Assert.Contains("routing.embedded.ports", (await real.UntilAsync(PlanoContainerStatus.Restarting)).LastError, StringComparison.Ordinal);
        squatter.Stop();
        Assert.Equal(port, (await real.UntilAsync(PlanoContainerStatus.Healthy)).Address!.Port);
    }

    [SkippableFact]
    public async Task Start_SlowImage_IsWaitedFor()
    {
        await using var real = new RealContainer(engine, variables: ("START_DELAY", "2"));
        real.Container.Start();
        await real.UntilAsync(snapshot => snapshot is { Status: PlanoContainerStatus.Starting, LastHealthCheck: not null, LastHealthCheckTook: null });
        Assert.Equal(0, (await real.UntilAsync(PlanoContainerStatus.Healthy)).Restarts);
    }

    [SkippableFact]
    public async Task Start_TooSlowImage_IsStartedAnew()
    {
        await using var real = new RealContainer(engine, config => config with { StartTimeout = TimeSpan.FromMilliseconds(500) }, variables: ("START_DELAY", "300"));
        real.Container.Start();
        var failed = await real.UntilAsync(PlanoContainerStatus.Restarting);
        Assert.Contains("did not become healthy within 0.5 s", failed.LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_ImageThatEnds_TellsItsExitCode()
    {
        await using var real = new RealContainer(engine, variables: ("EXIT_CODE", "3"));
        real.Container.Start();
        Assert.Contains("exit code 3", (await real.UntilAsync(PlanoContainerStatus.Restarting)).LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Watch_ContainerKilled_IsRestarted()
    {
        await using var real = new RealContainer(engine);
        var first = await real.StartHealthyAsync();
        await engine.RunAsync("kill", real.Name);
        var second = await real.UntilAsync(snapshot => snapshot is { Status: PlanoContainerStatus.Healthy, Restarts: 1 });
        Assert.NotEqual(first.ContainerId, second.ContainerId);
        Assert.Contains("exit code 137", second.LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Watch_ContainerKilledFourTimes_DegradesAndComesBack()
    {
        await using var real = new RealContainer(engine);
        await real.StartHealthyAsync();
        for (var restarts = 1; restarts <= 3; restarts++)
        {
            await engine.RunAsync("kill", real.Name);
            await real.UntilAsync(snapshot => snapshot.Status == PlanoContainerStatus.Healthy && snapshot.Restarts == restarts);
        }

        await engine.RunAsync("kill", real.Name);
        await real.UntilAsync(PlanoContainerStatus.Degraded);
        await real.UntilAsync(PlanoContainerStatus.Healthy);
    }

    [SkippableFact]
    public async Task Watch_ContainerRemovedBySomebody_IsRestarted()
    {
        await using var real = new RealContainer(engine);
        await real.StartHealthyAsync();
        await engine.RunAsync("rm", "--force", real.Name);
        var back = await real.UntilAsync(snapshot => snapshot is { Status: PlanoContainerStatus.Healthy, Restarts: 1 });

        // An engine ends a container before it removes it; whichever is noticed first is told.
        Assert.Matches("has been removed|exit code", back.LastError);
    }

    [SkippableFact]
    public async Task Watch_ContainerHangs_IsRestarted()
    {
        await using var real = new RealContainer(engine, config => config with { HealthTimeout = TimeSpan.FromMilliseconds(500) });
        await real.StartHealthyAsync();
        await engine.RunAsync("pause", real.Name);
        var back = await real.UntilAsync(snapshot => snapshot is { Status: PlanoContainerStatus.Healthy, Restarts: 1 });
        Assert.Contains("did not answer within 0.5 s", back.LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Dispose_WhileItStarts_LeavesNothing()
    {
        await using var real = new RealContainer(engine, variables: ("START_DELAY", "300"));
        real.Container.Start();
        await real.UntilAsync(snapshot => snapshot.ContainerId is not null);
        await real.Container.DisposeAsync();
        Assert.Equal(PlanoContainerStatus.Stopped, real.Container.Current.Status);
        Assert.False(await engine.HasContainerAsync(real.Name));
    }

    [SkippableFact]
    public async Task Dispose_AtOnce_LeavesNothing()
    {
        await using var real = new RealContainer(engine);
        real.Container.Start();
        await real.Container.DisposeAsync();
        Assert.False(await engine.HasContainerAsync(real.Name));
    }
}
