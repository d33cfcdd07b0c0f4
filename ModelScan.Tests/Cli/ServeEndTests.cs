using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.RoutingApi.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

/// <summary>What the exit code says about how serving ended.</summary>
public sealed class ServeEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AServiceFails_IsFailure()
    {
        var (code, error) = await ServeAsync(static services => services.AddHostedService<Failing>());
        Assert.Equal((ExitCode.Failure, true), (code, error.Contains("stopped by itself", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SomethingStopsTheHost_IsFailure()
    {
        var (code, error) = await ServeAsync(static services => services.AddHostedService<Stopping>());
        Assert.Equal((ExitCode.Failure, true), (code, error.Contains("stopped by itself", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SomebodyAsks_IsSuccess()
    {
        using var stop = new CancellationTokenSource();
        var (code, error) = await ServeAsync(services => services.AddHostedService(provider => new Asking(provider.GetRequiredService<IHostApplicationLifetime>(), stop)), stop.Token);
        Assert.Equal((ExitCode.Success, ""), (code, error));
    }

    private static async Task<(int Code, string Error)> ServeAsync(Action<IServiceCollection> configure, CancellationToken cancellationToken = default)
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var file = folder.Write("modelscan.yaml", "routing: { mode: direct }\n");
        var code = await ServeCommand.RunAsync(
            ["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"], new CommandOutput(output, error), cancellationToken, configure).WaitAsync(Patience, CancellationToken.None);
        return (code, error.ToString());
    }

    private sealed class Failing(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await WaitAsync(lifetime.ApplicationStarted);
            throw new InvalidOperationException("a bug");
        }
    }

    private sealed class Stopping(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await WaitAsync(lifetime.ApplicationStarted);
            lifetime.StopApplication();
        }
    }

    private sealed class Asking(IHostApplicationLifetime lifetime, CancellationTokenSource stop) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await WaitAsync(lifetime.ApplicationStarted);
            await stop.CancelAsync();
        }
    }

    private static async Task WaitAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
