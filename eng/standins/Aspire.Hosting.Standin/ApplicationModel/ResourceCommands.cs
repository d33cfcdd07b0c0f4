using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command needs to run.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The services of the AppHost.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The resource.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Ends when the caller gives up.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>Where to say something.</summary>
    public required ILogger Logger { get; init; }
}

/// <summary>How a command ended.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it did what it should.</summary>
    public required bool Success { get; init; }

    /// <summary>What to tell the user.</summary>
    public string? Message { get; init; }
}

/// <summary>How a command is shown; a stand-in shows none.</summary>
public class CommandOptions
{
    /// <summary>What it does, in a sentence.</summary>
    public string? Description { get; set; }

    /// <summary>What to ask before it is run.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>The icon's name.</summary>
    public string? IconName { get; set; }

    /// <summary>Whether it is shown beside the resource.</summary>
    public bool IsHighlighted { get; set; }
}

internal sealed class ResourceCommandAnnotation(string name, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute)
    : IResourceAnnotation
{
    public string Name { get; } = name;

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> Execute { get; } = execute;
}

/// <summary>The commands that every resource has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Stops the resource and starts it again.</summary>
    public static readonly string RestartCommand = "restart";
}

/// <summary>Runs the commands of resources.</summary>
public class ResourceCommandService
{
    private readonly IServiceProvider _services;
    private readonly IReadOnlyList<IResource> _resources;
    private readonly ILogger _logger;

    internal ResourceCommandService(IServiceProvider services, IReadOnlyList<IResource> resources, ILogger logger)
    {
        _services = services;
        _resources = resources;
        _logger = logger;
    }

    /// <summary>Runs a command of a resource; an unknown one does not succeed.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var command = _resources
            .Where(resource => string.Equals(resource.Name, resourceId, StringComparison.OrdinalIgnoreCase))
            .SelectMany(resource => resource.Annotations.OfType<ResourceCommandAnnotation>())
            .FirstOrDefault(command => string.Equals(command.Name, commandName, StringComparison.OrdinalIgnoreCase));
        if (command is null && commandName == KnownResourceCommands.RestartCommand && await _services.GetRequiredService<ApplicationRun>().RestartAsync(resourceId))
        {
            return new ExecuteCommandResult { Success = true };
        }

        if (command is null)
        {
            return new ExecuteCommandResult { Success = false, Message = $"'{resourceId}' has no command '{commandName}'." };
        }

        return await command.Execute(new ExecuteCommandContext
        {
            ServiceProvider = _services,
            ResourceName = resourceId,
            CancellationToken = cancellationToken,
            Logger = _logger,
        });
    }
}
