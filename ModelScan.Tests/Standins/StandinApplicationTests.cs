using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace ModelScan.Tests.Standins;

public sealed class StandinApplicationTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose() => _limit.Dispose();

    [UnixFact]
    public async Task Environment_ReferenceToProject_NamesItsEndpointBothWays()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var mock = builder.AddProject<Projects.ModelScan_MetricsMock>("metrics-mock");
        builder.AddExecutable("client", "sleep", ".", "60").WithReference(mock);
        await using var app = await StartAsync(builder);

        var variables = await VariablesAsync(app, "client");

        var address = app.GetEndpoint("metrics-mock").ToString().TrimEnd('/');
        Assert.Equal(address, variables["services__metrics-mock__http__0"]);
        Assert.Equal(address, variables["METRICS_MOCK_HTTP"]);
    }

    [UnixFact]
    public async Task Environment_ReferenceToRedis_HasConnectionStringAndParts()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create("--Parameters:cache-password=secret");
        var cache = builder.AddRedis("cache").WithImageRegistry("localhost:1");
        builder.AddExecutable("client", "sleep", ".", "60").WithReference(cache);
        await using var app = await StartAsync(builder);

        var variables = await VariablesAsync(app, "client");

        Assert.Equal($"localhost:{variables["CACHE_PORT"]},password=secret", variables["ConnectionStrings__cache"]);
        Assert.Equal("localhost", variables["CACHE_HOST"]);
        Assert.Equal("secret", variables["CACHE_PASSWORD"]);
        Assert.Equal($"redis://:secret@localhost:{variables["CACHE_PORT"]}", variables["CACHE_URI"]);
    }

    [UnixFact]
    public async Task Environment_ParameterOfEmptyFunction_IsEmptyAndHoldsUpNothing()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var key = builder.AddParameter("key", () => "", secret: true);
        builder.AddExecutable("client", "sleep", ".", "60").WithEnvironment("KEY", key);
        await using var app = await StartAsync(builder);

        Assert.Equal("", (await VariablesAsync(app, "client"))["KEY"]);
    }

    [UnixFact]
    public async Task Start_ParameterWithoutValue_FailsItsResource()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("client", "sleep", ".", "60").WithEnvironment("KEY", builder.AddParameter("key"));
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.FailedToStart, _limit.Token);
    }

    [UnixFact]
    public async Task WaitFor_HealthyDependency_StartsOnlyThen()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var mock = builder.AddProject<Projects.ModelScan_MetricsMock>("metrics-mock").WithHttpHealthCheck("/health");
        builder.AddExecutable("client", "sleep", ".", "60").WaitFor(mock);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("client", cancellationToken: _limit.Token);

        Assert.True(app.ResourceNotifications.TryGetCurrentState("metrics-mock", out var state));
        Assert.Equal("Healthy", state!.Snapshot.HealthStatus?.ToString());
    }

    [UnixFact]
    public async Task WaitFor_DependencyThatCrashes_DoesNotStart()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var broken = builder.AddExecutable("broken", "sh", ".", "-c", "exit 3").WithHttpEndpoint().WithHttpHealthCheck("/");
        builder.AddExecutable("client", "sleep", ".", "60").WaitFor(broken);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.FailedToStart, _limit.Token);

        Assert.True(app.ResourceNotifications.TryGetCurrentState("broken", out var state));
        Assert.Equal(3, state!.Snapshot.ExitCode);
    }

    [UnixFact]
    public async Task WaitForHealthy_ResourceThatCrashes_Throws()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("broken", "sh", ".", "-c", "exit 3").WithHttpEndpoint().WithHttpHealthCheck("/");
        await using var app = await StartAsync(builder);

        await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("broken", _limit.Token));
    }

    [UnixFact]
    public async Task Start_ContainerThatCannotBeFetched_FailsAloneAndTheRestRuns()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddContainer("ghost", "modelscan/does-not-exist").WithImageRegistry("localhost:1");
        builder.AddExecutable("client", "sleep", ".", "60");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("ghost", KnownResourceStates.FailedToStart, _limit.Token);

        Assert.True(app.ResourceNotifications.TryGetCurrentState("client", out var state));
        Assert.Equal(KnownResourceStates.Running, state!.Snapshot.State?.Text);
    }

    [UnixFact]
    public async Task Start_PortInUse_FailsToStart()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        await using var builder = DistributedApplicationTestingBuilder.Create("--DcpPublisher:RandomizePorts=false");
        builder.AddExecutable("client", "sleep", ".", "60").WithHttpEndpoint(((IPEndPoint)occupant.LocalEndpoint).Port);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.FailedToStart, _limit.Token);
    }

    [UnixFact]
    public async Task Start_ProgramThatDoesNotExist_FailsToStart()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("client", "no-such-program-anywhere", ".");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("client", KnownResourceStates.FailedToStart, _limit.Token);
    }

    [LinuxFact]
    public async Task Dispose_ProgramThatHasStartedAnother_EndsBoth()
    {
        var file = Path.GetTempFileName();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("parent", "sh", ".", "-c", $"sleep 600 & echo $! > {file}; echo done >> {file}; wait");
        var app = await StartAsync(builder);
        while (!(await File.ReadAllTextAsync(file, _limit.Token)).Contains("done", StringComparison.Ordinal))
        {
            await Task.Delay(20, _limit.Token);
        }

        var grandchild = (await File.ReadAllLinesAsync(file))[0];
        await app.DisposeAsync();

        File.Delete(file);
        Assert.False(IsAlive(grandchild), $"Process {grandchild} still runs.");
    }

    [UnixFact]
    public async Task ExecuteCommand_CommandOfResource_RunsIt()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("client", "sleep", ".", "60").WithCommand(
            "greet", "Greet", context => Task.FromResult(new ExecuteCommandResult { Success = true, Message = $"Hello {context.ResourceName}" }));
        await using var app = await StartAsync(builder);

        var result = await app.ResourceCommands.ExecuteCommandAsync("client", "greet", _limit.Token);

        Assert.Equal("Hello client", result.Message);
    }

    private static bool IsAlive(string processId)
    {
        // A zombie is dead, and waits only for its parent to notice.
        var status = $"/proc/{processId}/stat";
        return File.Exists(status) && File.ReadAllText(status).Split(") ")[^1][0] != 'Z';
    }

    private async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder)
    {
        var app = await builder.BuildAsync(_limit.Token);
        await app.StartAsync(_limit.Token);
        return app;
    }

    private async Task<Dictionary<string, string?>> VariablesAsync(DistributedApplication app, string resource)
    {
        var running = await app.ResourceNotifications.WaitForResourceAsync(
            resource, state => state.Snapshot.State?.Text == KnownResourceStates.Running, _limit.Token);
        return running.Snapshot.EnvironmentVariables.ToDictionary(variable => variable.Name, variable => variable.Value);
    }
}
