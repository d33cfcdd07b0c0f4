using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The life of one resource: wait for others, start, watch, report its end, stop.</summary>
internal sealed class ResourceRun(ApplicationRun application, IResource resource, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ResourceOutput _output = new(resource.Name, show: !application.Application.IsUnderTest, logger);
    private Dictionary<string, string> _variables = [];
    private List<string> _arguments = [];
    private TaskCompletionSource _stopRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem;

    public IResource Resource => resource;

    /// <summary>Completes when the resource has ended, or failed to start.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    private bool IsContainer => resource is ContainerResource;

    /// <summary>Resolves variables and arguments; all ports are known by now.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Publish(KnownResourceStates.NotStarted);
        try
        {
            _variables = await ResourceEnvironment.VariablesAsync(resource, application.Application.ExecutionContext, cancellationToken);
            _arguments = await ResourceEnvironment.ArgumentsAsync(resource, cancellationToken);
        }
        catch (Exception failure) when (failure is DistributedApplicationException or InvalidOperationException)
        {
            _problem = failure.Message;
        }
    }

    public void Start() => Running = RunAsync();

    /// <summary>Stops the resource if it runs, and starts it again.</summary>
    public async Task RestartAsync()
    {
        _stopRequest.TrySetResult();
        await Running;
        _stopRequest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Publish(KnownResourceStates.Starting);
        Start();
    }

    private async Task RunAsync()
    {
        // What follows must not hold up the start of the other resources.
        await Task.Yield();
        try
        {
            await WaitForOthersAsync();
            Publish(KnownResourceStates.Starting);
            if ((_problem ?? FindProblem()) is { } problem)
            {
                Fail(problem);
                return;
            }

            await RunProcessAsync();
        }
        catch (OperationCanceledException) when (application.Stopping.IsCancellationRequested)
        {
            Publish(KnownResourceStates.Exited);
        }
        catch (Exception failure) when (failure is Win32Exception or DistributedApplicationException)
        {
            Fail(failure.Message);
        }
    }

    private async Task WaitForOthersAsync()
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            Publish(KnownResourceStates.Waiting);
            switch (wait.WaitType)
            {
                case WaitType.WaitUntilHealthy:
                    await application.Notifications.WaitForResourceHealthyAsync(wait.Resource.Name, application.Stopping);
                    break;
                case WaitType.WaitUntilStarted:
                    await WaitForStateAsync(wait, state => state == KnownResourceStates.Running);
                    break;
                default:
                    await WaitForStateAsync(wait, KnownResourceStates.TerminalStates.Contains);
                    break;
            }
        }
    }

    private async Task WaitForStateAsync(WaitAnnotation wait, Func<string, bool> isEnough)
    {
        var reached = await application.Notifications.WaitForResourceAsync(
            wait.Resource.Name,
            resource => ResourceNotificationService.StateOf(resource) is var state
                && (isEnough(state) || KnownResourceStates.TerminalStates.Contains(state)),
            application.Stopping);
        var state = ResourceNotificationService.StateOf(reached);
        if (!isEnough(state) || (wait.WaitType == WaitType.WaitForCompletion && reached.Snapshot.ExitCode != wait.ExitCode))
        {
            throw new DistributedApplicationException($"it waits for '{wait.Resource.Name}', which is {state} instead");
        }
    }

    private string? FindProblem()
    {
        if (IsContainer && application.ContainerEngine is null)
        {
            return "no container engine answers (docker, podman)";
        }

        if (resource is ProjectResource && !File.Exists(AssemblyPath))
        {
            return $"it has not been built: there is no {AssemblyPath}";
        }

        return PortAllocation.FindTaken(resource) is { } taken
            ? FormattableString.Invariant($"port {taken.AllocatedEndpoint!.Port} of its endpoint '{taken.Name}' is already in use by another process")
            : null;
    }

    private string AssemblyPath => resource.Annotations.OfType<IProjectMetadata>().Last().AssemblyPath;

    private async Task RunProcessAsync()
    {
        var containerName = $"{resource.Name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        if (resource is ContainerResource container)
        {
            await application.ContainerEngine!.FetchAsync(ContainerEngine.ImageOf(container), logger, application.Stopping);
        }

        using var process = await ChildProcess.StartAsync(DescribeProcess(containerName), _output.Write);
        Publish(KnownResourceStates.Running, snapshot => snapshot with
        {
            HealthStatus = HasHealthChecks ? HealthStatus.Unhealthy : HealthStatus.Healthy,
            Properties = [new("executable.pid", process.Id)],
            EnvironmentVariables = [.. _variables.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Value, true))],
            Urls = [.. ResourceLinks.Of(resource).Select(link => new UrlSnapshot(link.DisplayText, link.Url, false))],
        });
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(application.Stopping);
        var health = WatchHealthAsync(watching.Token);
        var stopRequest = Task.Delay(Timeout.InfiniteTimeSpan, watching.Token);
        await Task.WhenAny(process.Exited, stopRequest, _stopRequest.Task);
        await watching.CancelAsync();
        await health;
        if (application.Stopping.IsCancellationRequested || _stopRequest.Task.IsCompleted)
        {
            await StopAsync(process, containerName);
        }
        else
        {
            ReportEnd(await process.Exited);
        }
    }

    private bool HasHealthChecks => resource.Annotations.OfType<HttpHealthCheckAnnotation>().Any();

    private ProcessStartInfo DescribeProcess(string containerName)
    {
        if (resource is ContainerResource container)
        {
            return application.ContainerEngine!.Run(container, containerName, _variables, _arguments);
        }

        var start = resource is ExecutableResource executable
            ? new ProcessStartInfo(executable.Command, _arguments) { WorkingDirectory = executable.WorkingDirectory }
            : new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [AssemblyPath, .. _arguments])
            {
                WorkingDirectory = Path.GetDirectoryName(resource.Annotations.OfType<IProjectMetadata>().Last().ProjectPath),
            };
        foreach (var (name, value) in _variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task WatchHealthAsync(CancellationToken cancellationToken)
    {
        var isHealthy = !HasHealthChecks;
        if (isHealthy)
        {
            Announce();
            return;
        }

        await foreach (var healthy in HttpHealthWatch.WatchAsync([.. resource.Annotations.OfType<HttpHealthCheckAnnotation>()], cancellationToken))
        {
            Publish(KnownResourceStates.Running, snapshot => snapshot with
            {
                HealthStatus = healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy,
            });
            if (healthy)
            {
                Announce();
            }
            else
            {
                logger.LogWarning("{Resource} is no longer healthy", resource.Name);
            }
        }
    }

    private void Announce() => logger.LogInformation(
        "{Resource} is up {Links}", resource.Name, string.Join("  ", ResourceLinks.Of(resource).Select(link => $"{link.Url} {link.DisplayText}".TrimEnd())));

    private void ReportEnd(int exitCode)
    {
        if (IsContainer && ContainerEngine.NeverRan(exitCode))
        {
            Fail(_output.LastLine);
            return;
        }

        Publish(exitCode == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited, snapshot => snapshot with
        {
            ExitCode = exitCode,
            HealthStatus = null,
        });
        if (exitCode == 0)
        {
            logger.LogInformation("{Resource} has ended", resource.Name);
        }
        else if (IsContainer)
        {
            logger.LogError("{Resource} ended with exit code {ExitCode}; the application goes on without it", resource.Name, exitCode);
        }
        else
        {
            application.Crash(resource, $"ended with exit code {exitCode}. Its last lines:{Environment.NewLine}{_output.Tail}");
        }
    }

    private void Fail(string reason)
    {
        Publish(KnownResourceStates.FailedToStart, snapshot => snapshot with { HealthStatus = null });
        if (IsContainer)
        {
            logger.LogError("{Resource} could not be started; the application goes on without it: {Reason}", resource.Name, reason);
        }
        else
        {
            application.Crash(resource, $"could not be started: {reason}");
        }
    }

    private async Task StopAsync(ChildProcess process, string containerName)
    {
        Publish(KnownResourceStates.Stopping);
        await process.StopAsync(Patience);
        if (IsContainer)
        {
            await application.ContainerEngine!.RemoveAsync(containerName);
        }

        Publish(KnownResourceStates.Exited, snapshot => snapshot with { ExitCode = process.Exited.Result, HealthStatus = null });
    }

    private void Publish(string state, Func<CustomResourceSnapshot, CustomResourceSnapshot>? change = null) =>
        _ = application.Notifications.PublishUpdateAsync(resource, snapshot =>
        {
            var changed = snapshot with { State = state };
            return change is null ? changed : change(changed);
        });
}
