using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows what every resource has become, and lets others wait for it.</summary>
public class ResourceNotificationService
{
    private readonly Lock _publishing = new();
    private readonly ConcurrentDictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];

    /// <summary>What the resource is now.</summary>
    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent) =>
        _current.TryGetValue(resourceId, out resourceEvent);

    /// <summary>Replaces what is known about a resource.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_publishing)
        {
            var before = _current.TryGetValue(resource.Name, out var known)
                ? known.Snapshot
                : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", ""), Properties = [] };
            var now = new ResourceEvent(resource, resource.Name, stateFactory(before));
            _current[resource.Name] = now;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(now);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits until the resource is in a state: running unless another is named.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until the resource is in one of some states, and tells which.</summary>
    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.Ordinal);
        var reached = await WaitForResourceAsync(resourceName, resource => states.Contains(StateOf(resource)), cancellationToken);
        return StateOf(reached);
    }

    /// <summary>Waits until something is true of the resource.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var resource in WatchAsync(cancellationToken))
        {
            if (string.Equals(resource.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(resource))
            {
                return resource;
            }
        }

        throw new OperationCanceledException($"The application ended before '{resourceName}' got there.", cancellationToken);
    }

    /// <summary>Waits until the resource runs and its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">The resource ended, or could not be started.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy
                || KnownResourceStates.TerminalStates.Contains(StateOf(resource)),
            cancellationToken);
        return KnownResourceStates.TerminalStates.Contains(StateOf(reached))
            ? throw new DistributedApplicationException(
                FormattableString.Invariant($"'{resourceName}' cannot become healthy: it is {StateOf(reached)}, exit code {reached.Snapshot.ExitCode}"))
            : reached;
    }

    /// <summary>Everything that is known now, and then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateUnbounded<ResourceEvent>();
        lock (_publishing)
        {
            foreach (var resource in _current.Values)
            {
                changes.Writer.TryWrite(resource);
            }

            _watchers.Add(changes);
        }

        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_publishing)
            {
                _watchers.Remove(changes);
            }
        }
    }

    internal static string StateOf(ResourceEvent resource) => resource.Snapshot.State?.Text ?? KnownResourceStates.NotStarted;
}
