using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Which image a container is made of.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>The registry, or <c>null</c> for the engine's default.</summary>
    public string? Registry { get; set; }

    /// <summary>The image's name.</summary>
    public required string Image { get; set; }

    /// <summary>The tag, or <c>null</c> for <c>latest</c>.</summary>
    public string? Tag { get; set; }

    internal string FullName => (Registry is null ? "" : Registry + "/") + Image + (Tag is null ? "" : ":" + Tag);
}

/// <summary>A file or folder of this machine in a container.</summary>
public sealed class ContainerMountAnnotation(string source, string target, bool isReadOnly) : IResourceAnnotation
{
    /// <summary>The absolute path on this machine.</summary>
    public string Source { get; } = source;

    /// <summary>The absolute path in the container.</summary>
    public string Target { get; } = target;

    /// <summary>Whether the container may not write to it.</summary>
    public bool IsReadOnly { get; } = isReadOnly;
}

/// <summary>Adds to a resource's environment while it starts.</summary>
public class EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>What to do.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>The environment of a resource as it is being put together.</summary>
public class EnvironmentCallbackContext(
    DistributedApplicationExecutionContext executionContext,
    IResource resource,
    Dictionary<string, object>? environmentVariables = null,
    CancellationToken cancellationToken = default)
{
    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Strings and value providers by name.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>Ends with the application.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Where to say something.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}

/// <summary>Adds to a resource's arguments while it starts.</summary>
public class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>What to do.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>The arguments of a resource as they are being put together.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>Strings and value providers.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Ends with the application.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>Marks that a resource was given the endpoints of another; there is at most one per pair, as in Aspire itself.</summary>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    /// <summary>The resource referred to.</summary>
    public IResourceWithEndpoints Resource { get; } = resource;
}

/// <summary>How far a dependency must have come.</summary>
public enum WaitType
{
    /// <summary>It runs and its health checks pass.</summary>
    WaitUntilHealthy,

    /// <summary>It has ended.</summary>
    WaitForCompletion,

    /// <summary>It runs.</summary>
    WaitUntilStarted,
}

/// <summary>A resource to wait for.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The resource to wait for.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>How far it must have come.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The exit code that it must end with.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>A URL that tells whether the resource is healthy.</summary>
internal sealed class HttpHealthCheckAnnotation(Func<EndpointReference> endpoint, string path, int statusCode) : IResourceAnnotation
{
    public int StatusCode { get; } = statusCode;

    public string Url => endpoint().Url + path;
}

/// <summary>A link to show for a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Absolute, or a path on the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>What to show instead of the URL.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint that it leads to.</summary>
    public EndpointReference? Endpoint { get; init; }
}

internal sealed class ResourceUrlCallbackAnnotation(Action<List<ResourceUrlAnnotation>> callback) : IResourceAnnotation
{
    public Action<List<ResourceUrlAnnotation>> Callback { get; } = callback;
}

/// <summary>The name by which a container reaches the machine that it runs on.</summary>
internal sealed class HostAliasAnnotation(string host) : IResourceAnnotation
{
    public string Host { get; } = host;
}
