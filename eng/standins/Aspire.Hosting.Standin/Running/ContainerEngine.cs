using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The command line of docker or podman.</summary>
internal sealed record ContainerEngine(string Command)
{
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(10);

    /// <summary>Exit codes with which <c>run</c> says that the container never ran.</summary>
    public static bool NeverRan(int exitCode) => exitCode is 125 or 126 or 127;

    /// <summary>The name of this machine inside a container; docker has to be told to define it.</summary>
    public string HostAlias => Command == "podman" ? "host.containers.internal" : "host.docker.internal";

    /// <summary>The engine that was chosen in the configuration, else the first that answers; <c>null</c> if none does.</summary>
    public static async Task<ContainerEngine?> FindAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var chosen = configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DcpPublisher:ContainerRuntime"];
        foreach (var command in chosen is null ? (string[])["docker", "podman"] : [chosen])
        {
            var engine = new ContainerEngine(command);
            if (await engine.SucceedsAsync(["info"], QuestionLimit, _ => { }, cancellationToken))
            {
                return engine;
            }
        }

        return null;
    }

    /// <summary>Fetches an image unless it is on this machine already.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be fetched; the message is the engine's last word on it.</exception>
    public async Task FetchAsync(string image, ILogger logger, CancellationToken cancellationToken)
    {
        if (await SucceedsAsync(["image", "inspect", image], QuestionLimit, _ => { }, cancellationToken))
        {
            return;
        }

        var output = new ResourceOutput(image, show: false, logger);
        if (!await SucceedsAsync(["pull", image], PullLimit, output.Write, cancellationToken))
        {
            throw new DistributedApplicationException($"the image {image} cannot be fetched: {output.LastLine}");
        }
    }

    /// <summary>The command that runs a container in the foreground and removes it at its end.</summary>
    /// <remarks>Variables are named on the command line and given through the environment, where other users cannot read them.</remarks>
    public ProcessStartInfo Run(
        ContainerResource container, string name, IReadOnlyDictionary<string, string> environment, IEnumerable<string> args)
    {
        List<string> command = ["run", "--rm", "--name", name];
        if (Command == "docker")
        {
            command.AddRange(["--add-host", "host.docker.internal:host-gateway"]);
        }

        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
        {
            command.AddRange(["--publish", FormattableString.Invariant($"127.0.0.1:{endpoint.AllocatedEndpoint!.Port}:{endpoint.TargetPort}")]);
        }

        foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>())
        {
            command.AddRange(["--volume", $"{mount.Source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : "")}"]);
        }

        foreach (var variable in environment.Keys)
        {
            command.AddRange(["--env", variable]);
        }

        if (container.Entrypoint is { } entrypoint)
        {
            command.AddRange(["--entrypoint", entrypoint]);
        }

        var image = ImageOf(container);
        var run = new ProcessStartInfo(Command, [.. command, image, .. args]);
        foreach (var (variable, value) in environment)
        {
            run.Environment[variable] = value;
        }

        return run;
    }

    /// <summary>The full name of a container's image.</summary>
    public static string ImageOf(ContainerResource container) => container.Annotations.OfType<ContainerImageAnnotation>().Last().FullName;

    /// <summary>Removes a container that outlived its <c>run</c> command; it is no error if there is none.</summary>
    public async Task RemoveAsync(string name)
    {
        await SucceedsAsync(["rm", "--force", name], QuestionLimit, _ => { }, CancellationToken.None);
    }

    private async Task<bool> SucceedsAsync(string[] arguments, TimeSpan limit, Action<string> onLine, CancellationToken cancellationToken)
    {
        try
        {
            using var command = await ChildProcess.StartAsync(new ProcessStartInfo(Command, arguments), onLine);
            return await command.StopAfterAsync(limit, cancellationToken) == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
