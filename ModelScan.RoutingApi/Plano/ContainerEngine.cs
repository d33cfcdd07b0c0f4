using System.Globalization;

namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// Docker or Podman, by what their command lines have in common. Every command has a limit. Secrets never stand on a command
/// line, where every user of the machine could read them.
/// </summary>
/// <remarks>The command line, because it finds engine, context and rights as its user has set them up; a client of Docker's API would have to find them again, for Podman in another way.</remarks>
internal sealed class ContainerEngine
{
    private static readonly string[] KnownPrograms = ["docker", "podman"];
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(30);

    // Podman hands these on to containers unasked.
    private static readonly string[] ProxyVariables =
        ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY"];

    private readonly TimeProvider _time;
    private readonly bool _isPodman;

    private ContainerEngine(string program, bool isPodman, TimeProvider time) => (Program, _isPodman, _time) = (program, isPodman, time);

    /// <summary>The program that is called.</summary>
    public string Program { get; }

    /// <summary>Finds the engine: the one asked for, else the first of docker and podman that answers <c>info</c>.</summary>
    /// <param name="asked"><c>docker</c>, <c>podman</c> or a path; <see langword="null"/> for any.</param>
    /// <param name="time">The clock for limits.</param>
    /// <param name="cancellationToken">Gives the search up.</param>
    /// <exception cref="ContainerDownException">None answers.</exception>
    public static async Task<ContainerEngine> FindAsync(string? asked, TimeProvider time, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (var program in asked is null ? KnownPrograms : [asked])
        {
            try
            {
                var info = await EngineProcess.RunAsync(program, new EngineCommand(["info"], QuestionLimit), time, cancellationToken);
                if (info.Succeeded)
                    return new ContainerEngine(program, await IsPodmanAsync(program, time, cancellationToken), time);
                reasons.Add($"'{program} info' failed: {LastLine(info.Error)}");
            }
            catch (ContainerDownException exception)
            {
                reasons.Add(exception.Message);
            }
        }

        throw new ContainerDownException(
            $"no container engine answers ({string.Join("; ", reasons)}): start Docker or Podman, or choose another routing.mode")
        {
            IsLasting = true,
        };
    }

    /// <summary>Whether an image is on this machine.</summary>
    public async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken) =>
        (await AskAsync(["image", "inspect", image], cancellationToken)).Succeeded;

    /// <summary>Fetches an image; a name without a registry means Docker's, whatever the engine.</summary>
    /// <exception cref="ContainerDownException">It cannot be fetched.</exception>
    public async Task PullAsync(string image, TimeSpan limit, Action<string> onLine, CancellationToken cancellationToken)
    {
        var reply = await EngineProcess.RunAsync(Program, new EngineCommand(["pull", _isPodman ? WithRegistry(image) : image], limit) { OnLine = onLine }, _time, cancellationToken);
        if (!reply.Succeeded)
            throw new ContainerDownException($"the image {image} cannot be fetched: {LastLine(reply.Error)}; check routing.embedded.image and the network, or load the image yourself");
    }

    /// <summary>Starts a container in the background.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="ContainerDownException">It could not be started; what there is of it has to be removed by its name.</exception>
    /// <remarks>Cannot be given up: an engine that is stopped half-way may still make the container later, when nobody removes it.</remarks>
    public async Task<string> RunAsync(ContainerSpec spec)
    {
        var reply = await EngineProcess.RunAsync(
            Program, new EngineCommand(RunArguments(spec), RunLimit) { WithoutVariables = ProxyVariables }, _time, CancellationToken.None);
        if (reply.Succeeded)
            return LastLine(reply.Output);
        var hint = reply.Error.Contains("already in use", StringComparison.OrdinalIgnoreCase) || reply.Error.Contains("already allocated", StringComparison.OrdinalIgnoreCase)
            ? "; give routing.embedded.ports another port, or 0 for a free one"
            : "";
        throw new ContainerDownException($"'{Program} run' failed: {LastLine(reply.Error)}{hint}");
    }

    /// <summary>On which port of this machine a container's port is published.</summary>
    /// <exception cref="ContainerDownException">On none.</exception>
    public async Task<int> PortAsync(string name, int containerPort, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(["port", name, FormattableString.Invariant($"{containerPort}/tcp")], cancellationToken);
        foreach (var line in reply.Output.Split('\n'))
        {
            var colon = line.LastIndexOf(':');
            if (colon >= 0 && int.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
                return port;
        }

        throw new ContainerDownException($"'{Program} port' does not say where port {containerPort} is published: {LastLine(reply.Error)}");
    }

    /// <summary>A container's state in the engine's words, such as <c>running</c> or <c>exited</c>, and its exit code; <see langword="null"/> if there is no such container.</summary>
    public async Task<(string State, int ExitCode)?> StateAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(["container", "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name], cancellationToken);
        var words = reply.Output.Split(' ');
        return reply.Succeeded && words.Length == 2 && int.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exitCode)
            ? (words[0], exitCode)
            : null;
    }

    /// <summary>The last lines that a container wrote, both outputs together.</summary>
    public async Task<string> LastLinesAsync(string name, int count, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(["logs", "--tail", count.ToString(CultureInfo.InvariantCulture), name], cancellationToken);
        return $"{reply.Output}\n{reply.Error}".Trim();
    }

    /// <summary>The labels of every container that carries a label, running or not, by container id.</summary>
    /// <exception cref="ContainerDownException">The engine does not say.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> LabelledAsync(string label, CancellationToken cancellationToken)
    {
        var list = await AskAsync(["ps", "--all", "--quiet", "--no-trunc", "--filter", $"label={label}"], cancellationToken);
        if (!list.Succeeded)
            throw new ContainerDownException($"'{Program} ps' failed: {LastLine(list.Error)}");
        var found = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var id in list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // One that is gone meanwhile needs nobody's attention.
            var reply = await AskAsync(["container", "inspect", "--format", "{{json .Config.Labels}}", id], cancellationToken);
            if (reply.Succeeded && JsonSerializer.Deserialize<Dictionary<string, string>>(reply.Output) is { } labels)
                found[id] = labels;
        }

        return found;
    }

    /// <summary>Asks a container to end, and ends it when it does not in time.</summary>
    public async Task StopAsync(string name, TimeSpan grace)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(grace.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await EngineProcess.RunAsync(Program, new EngineCommand(["stop", "-t", seconds, name], RemoveLimit + grace), _time, CancellationToken.None);
    }

    /// <summary>Removes a container, running or not; it is no error if there is none.</summary>
    /// <exception cref="ContainerDownException">It is still there.</exception>
    public async Task RemoveAsync(string name)
    {
        var reply = await EngineProcess.RunAsync(Program, new EngineCommand(["rm", "--force", name], RemoveLimit), _time, CancellationToken.None);
        if (!reply.Succeeded && !reply.Error.Contains("no such container", StringComparison.OrdinalIgnoreCase))
            throw new ContainerDownException($"'{Program} rm' failed: {LastLine(reply.Error)}; remove the container {name} yourself");
    }

    private static async Task<bool> IsPodmanAsync(string program, TimeProvider time, CancellationToken cancellationToken)
    {
        // The program called docker may be Podman.
        var version = await EngineProcess.RunAsync(program, new EngineCommand(["--version"], QuestionLimit), time, cancellationToken);
        return version.Output.Contains("podman", StringComparison.OrdinalIgnoreCase);
    }

    // What comes before the first slash is a registry if it looks like a host (https://pkg.go.dev/github.com/distribution/reference).
    // Podman asks the registries of its own configuration for other names, and there need not be any.
    private static string WithRegistry(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return $"docker.io/library/{image}";
        var first = image.AsSpan(0, slash);
        return first is "localhost" || first.IndexOfAny('.', ':') >= 0 ? image : $"docker.io/{image}";
    }

    private static string LastLine(string text) => text.Length == 0 ? "no reason given" : text[(text.LastIndexOf('\n') + 1)..];

    private List<string> RunArguments(ContainerSpec spec)
    {
        List<string> arguments = ["run", "--detach", "--pull", "never", "--name", spec.Name];
        foreach (var (name, value) in spec.Labels)
            arguments.AddRange(["--label", $"{name}={value}"]);
        foreach (var port in spec.Ports)
            arguments.AddRange(["--publish", port.ToString()]);
        arguments.AddRange(["--mount", $"type=bind,source={spec.ReadOnlyFile.Source},target={spec.ReadOnlyFile.Target},readonly"]);
        arguments.AddRange(["--stop-timeout", Math.Max(1, (int)Math.Ceiling(spec.StopGrace.TotalSeconds)).ToString(CultureInfo.InvariantCulture)]);

        // Podman gives every container this name of the machine; Docker on Linux has to be told.
        if (!_isPodman)
            arguments.AddRange(["--add-host", "host.docker.internal:host-gateway"]);
        if (spec.EnvironmentFile is { } file)
            arguments.AddRange(["--env-file", file]);
        arguments.Add(spec.Image);
        return arguments;
    }

    private Task<EngineReply> AskAsync(string[] arguments, CancellationToken cancellationToken) =>
        EngineProcess.RunAsync(Program, new EngineCommand(arguments, QuestionLimit), _time, cancellationToken);
}
