using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>The application: projects, programs and containers that run together.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DistributedApplicationExecutionContext _context;
    private readonly EntryPointInterception? _interception;

    internal DistributedApplication(
        IHost host,
        DistributedApplicationExecutionContext context,
        IReadOnlyList<IResource> resources,
        EntryPointInterception? interception)
    {
        _host = host;
        _context = context;
        _interception = interception;
        Resources = resources;
        ResourceNotifications = host.Services.GetRequiredService<ResourceNotificationService>();
        ResourceCommands = new ResourceCommandService(
            host.Services, resources, host.Services.GetRequiredService<ILogger<ResourceCommandService>>());
    }

    /// <summary>The services of the AppHost.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Knows what every resource has become.</summary>
    public ResourceNotificationService ResourceNotifications { get; }

    /// <summary>Runs the commands of resources.</summary>
    public ResourceCommandService ResourceCommands { get; }

    internal IReadOnlyList<IResource> Resources { get; }

    /// <summary>Starts to put an application together.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>Starts to put an application together from a command line.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Starts to put an application together.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        new DistributedApplicationBuilder(options);

    /// <summary>Runs until Ctrl+C, SIGTERM, or the crash of a project or program; then the process's exit code is not zero.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_interception is not null)
        {
            // A test starts and stops the application itself; its entry point only has to stay until then.
            await _interception.Disposed.WaitAsync(cancellationToken);
            return;
        }

        if (_context.IsPublishMode)
        {
            await Console.Error.WriteLineAsync("Publishing takes the real Aspire packages, which this package feed does not have (eng/standins/README.md).");
            Environment.ExitCode = 1;
            return;
        }

        var run = Services.GetRequiredService<ApplicationRun>();
        try
        {
            await _host.RunAsync(cancellationToken);
        }
        finally
        {
            if (run.HasCrashed)
            {
                Environment.ExitCode = 1;
            }
        }
    }

    /// <summary>Starts every resource; does not wait until they are healthy.</summary>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <summary>Stops every resource.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops what still runs.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _interception?.Complete();
        GC.SuppressFinalize(this);
    }
}
