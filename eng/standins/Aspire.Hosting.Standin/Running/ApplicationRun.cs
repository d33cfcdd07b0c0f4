using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Runs every resource of an application, from start to stop.</summary>
internal sealed class ApplicationRun(
    DistributedApplicationBuilder application,
    ResourceNotificationService notifications,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ResourceRun> _runs = [];
    private readonly ILogger _logger = loggers.CreateLogger("Aspire.Hosting");
    private Dashboard? _dashboard;

    /// <summary>Whether a project or a program could not be started, or ended with a non-zero exit code.</summary>
    public bool HasCrashed { get; private set; }

    public ContainerEngine? ContainerEngine { get; private set; }

    public DistributedApplicationBuilder Application => application;

    public ResourceNotificationService Notifications => notifications;

    /// <summary>Ends when the application is being stopped.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!application.DisableDashboard)
        {
            _dashboard = await Dashboard.TryStartAsync(application.Configuration, _logger);
            application.OtlpEndpoint = _dashboard?.OtlpEndpoint;
        }

        PortAllocation.Allocate(application.Resources, application.RandomizePorts);
        await FindContainerEngineAsync(cancellationToken);
        foreach (var resource in application.Resources.Where(IsRun))
        {
            _runs.Add(new ResourceRun(this, resource, loggers.CreateLogger($"{application.Environment.ApplicationName}.Resources.{resource.Name}")));
        }

        // Containers first: what they refer to has to listen where they can reach it.
        foreach (var run in _runs.OrderByDescending(run => run.Resource is ContainerResource))
        {
            await run.PrepareAsync(cancellationToken);
        }

        foreach (var run in _runs)
        {
            run.Start();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
        {
            await Task.WhenAll(_runs.Select(run => run.Running));
            return;
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_runs.Select(run => run.Running));
        if (_dashboard is not null)
        {
            await _dashboard.DisposeAsync();
        }
    }

    /// <summary>Restarts a resource.</summary>
    /// <returns>Whether there is one of that name.</returns>
    public async Task<bool> RestartAsync(string name)
    {
        if (_runs.Find(run => string.Equals(run.Resource.Name, name, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            return false;
        }

        await found.RestartAsync();
        return true;
    }

    /// <summary>Notes that the application cannot go on; outside of tests it is stopped.</summary>
    public void Crash(IResource resource, string reason)
    {
        HasCrashed = true;
        _logger.LogError("{Resource} {Reason}", resource.Name, reason);
        if (!application.IsUnderTest)
        {
            lifetime.StopApplication();
        }
    }

    public void Dispose() => _stopping.Dispose();

    private static bool IsRun(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;

    private async Task FindContainerEngineAsync(CancellationToken cancellationToken)
    {
        var containers = application.Resources.OfType<ContainerResource>().ToList();
        if (containers.Count == 0)
        {
            return;
        }

        ContainerEngine = await ContainerEngine.FindAsync(application.Configuration, cancellationToken);
        foreach (var container in containers)
        {
            container.Annotations.Add(new HostAliasAnnotation(ContainerEngine?.HostAlias ?? "localhost"));
        }
    }
}
