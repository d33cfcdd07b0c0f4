using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The names of the states that a resource goes through.</summary>
public static class KnownResourceStates
{
    /// <summary>Nothing has been done yet.</summary>
    public static readonly string NotStarted = "NotStarted";

    /// <summary>It waits for another resource.</summary>
    public static readonly string Waiting = "Waiting";

    /// <summary>It is being started.</summary>
    public static readonly string Starting = "Starting";

    /// <summary>It runs; health checks may still fail.</summary>
    public static readonly string Running = "Running";

    /// <summary>It could not be started.</summary>
    public static readonly string FailedToStart = "FailedToStart";

    /// <summary>It is being stopped.</summary>
    public static readonly string Stopping = "Stopping";

    /// <summary>It ended with a non-zero exit code, or was stopped.</summary>
    public static readonly string Exited = "Exited";

    /// <summary>It ended by itself with exit code 0.</summary>
    public static readonly string Finished = "Finished";

    /// <summary>The states that are never left.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>What is known about a running resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Project, Container, Executable, …</summary>
    public required string ResourceType { get; init; }

    /// <summary>Facts by name; <c>executable.pid</c> is the process id.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>Where it is in its life; one of <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>The exit code, once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The outcome of its health checks; <c>null</c> while it does not run.</summary>
    public HealthStatus? HealthStatus { get; init; }

    /// <summary>The variables that it was started with, without those inherited.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Its addresses.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];
}

/// <summary>A state, as text.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state without a style.</summary>
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new(text, null);
}

/// <summary>A fact about a resource.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value);

/// <summary>An environment variable of a resource.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>An address of a resource.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);

/// <summary>Says what a resource has become.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Its id; here the name.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What it has become.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
