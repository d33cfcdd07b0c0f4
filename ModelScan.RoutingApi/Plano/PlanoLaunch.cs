using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Plano;

/// <summary>A container that has been started, healthy or not.</summary>
/// <param name="Engine">The engine that runs it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Address">Where its model listener is published.</param>
/// <param name="TakesClientCredentials">Whether it calls a provider with the client's own credential.</param>
internal sealed record RunningPlano(ContainerEngine Engine, string Id, Uri Address, bool TakesClientCredentials);

/// <summary>
/// Brings one container of one name up and takes it down again, as often as it is asked to:
/// <list type="number">
/// <item>check the configuration that Plano will read,</item>
/// <item>find an engine,</item>
/// <item>remove what predecessors that crashed have left, and what is there under this name,</item>
/// <item>fetch the image where it is missing,</item>
/// <item>run it, and ask where it is published.</item>
/// </list>
/// Used by one loop.
/// </summary>
internal sealed partial class PlanoLaunch(
    PlanoEmbeddedConfig config, string name, string instance, PlanoContainerTiming timing, TimeProvider time, ILogger logger)
{
    private const string ConfigPathInside = "/app/plano_config.yaml";
    private const int PromptPortInside = 10000;
    private const int LastLinesShown = 10;

    private ContainerEngine? _engine;

    // Whether there may be a container of this name.
    private bool _mayExist;

    /// <summary>Starts a container.</summary>
    /// <param name="engineFound">Is told the engine's program.</param>
    /// <param name="pulling">Is called before the image is fetched, and with <see langword="false"/> after.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="ContainerDownException">It cannot be started.</exception>
    public async Task<RunningPlano> StartAsync(Action<string> engineFound, Action<bool> pulling, CancellationToken cancellationToken)
    {
        var file = PlanoConfigFile.Read(config.ConfigPath, config.Environment);
        foreach (var missing in file.MissingVariables)
            Log.VariableMissing(logger, name, missing);
        var engine = _engine = await ContainerEngine.FindAsync(config.Engine, time, cancellationToken);
        engineFound(engine.Program);
        await RemoveLeftoversAsync(engine, cancellationToken);
        await FetchAsync(engine, pulling, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var id = await RunAsync(engine, file);
        var port = config.EgressPort != 0 ? config.EgressPort : await FindPortAsync(engine, file.ModelPort, cancellationToken);
        return new RunningPlano(engine, id, new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}")), file.TakesClientCredentials);
    }

    /// <summary>Why a container no longer runs, with the last that it wrote; <see langword="null"/> while it does.</summary>
    public async Task<ContainerDownException?> FindEndAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        var state = await engine.StateAsync(name, cancellationToken);
        return state switch
        {
            null => new ContainerDownException($"the container {name} has been removed"),
            { State: "running" or "paused" or "restarting" } => null,
            var (words, exitCode) => new ContainerDownException(
                $"the container {name} has ended ({words}, exit code {exitCode}); it wrote last:\n{await LastLinesAsync(engine, cancellationToken)}"),
        };
    }

    /// <summary>The last lines that the container wrote, secrets replaced.</summary>
    public async Task<string> LastLinesAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        var lines = await engine.LastLinesAsync(name, LastLinesShown, cancellationToken);
        return lines.Length == 0 ? "(nothing)" : WithoutSecrets(lines);
    }

    /// <summary>Replaces the values of the container's variables.</summary>
    public string WithoutSecrets(string text)
    {
        const int ShortestSecret = 4;
        foreach (var value in config.Environment.Values.Where(value => value.Length >= ShortestSecret).OrderByDescending(value => value.Length))
            text = text.Replace(value, "***", StringComparison.Ordinal);
        return text;
    }

    /// <summary>Removes the container, if there is one. Never fails; what cannot be removed is logged, and tried again with the next start.</summary>
    /// <param name="gently">Whether it is asked to end first.</param>
    public async Task RemoveAsync(bool gently)
    {
        if (_engine is not { } engine || !_mayExist)
            return;
        try
        {
            if (gently)
                await engine.StopAsync(name, timing.StopGrace);
        }
        catch (ContainerDownException exception)
        {
            Log.NotStopped(logger, name, exception.Message);
        }

        try
        {
            await engine.RemoveAsync(name);
            _mayExist = false;
        }
        catch (ContainerDownException exception)
        {
            Log.NotRemoved(logger, name, exception.Message);
        }
    }

    private async Task RemoveLeftoversAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        foreach (var (id, labels) in await engine.LabelledAsync(ContainerOwner.ProductLabel, cancellationToken))
        {
            if (ContainerOwner.From(labels) is not { } owner || !owner.IsGone())
                continue;
            try
            {
                await engine.RemoveAsync(id);
                Log.LeftoverRemoved(logger, id, owner.ProcessId);
            }
            catch (ContainerDownException exception)
            {
                Log.NotRemoved(logger, id, exception.Message);
            }
        }

        if (_mayExist)
            await engine.RemoveAsync(name);
        _mayExist = false;
    }

    private async Task FetchAsync(ContainerEngine engine, Action<bool> pulling, CancellationToken cancellationToken)
    {
        if (config.Pull != ImagePull.Always && await engine.HasImageAsync(config.Image, cancellationToken))
            return;
        if (config.Pull == ImagePull.Never)
        {
            throw new ContainerDownException(
                $"the image {config.Image} is not on this machine and routing.embedded.pull is never: load it, or set pull to missing")
            {
                IsLasting = true,
            };
        }

        pulling(true);
        await engine.PullAsync(config.Image, config.PullTimeout, line => Log.Pulling(logger, config.Image, WithoutSecrets(line)), cancellationToken);
        pulling(false);
    }

    private async Task<int> FindPortAsync(ContainerEngine engine, int modelPort, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.PortAsync(name, modelPort, cancellationToken);
        }
        catch (ContainerDownException)
        {
            // One that has ended already has no ports; why it has is the better answer.
            if (await FindEndAsync(engine, cancellationToken) is { } end)
                throw end;
            throw;
        }
    }

    private async Task<string> RunAsync(ContainerEngine engine, PlanoConfigFile file)
    {
        List<PublishedPort> ports = [new(config.EgressPort, file.ModelPort)];
        if (config.IngressPort is { } ingress)
            ports.Add(new(ingress, PromptPortInside));
        using var variables = EnvironmentFile.Write(config.Environment);
        _mayExist = true;
        return await engine.RunAsync(new ContainerSpec(name, config.Image)
        {
            Labels = ContainerOwner.ThisProcess.Labels(instance),
            Ports = ports,
            ReadOnlyFile = (file.Path, ConfigPathInside),
            EnvironmentFile = variables?.Path,
            StopGrace = timing.StopGrace,
        });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Fetching {Image}: {Line}")]
        public static partial void Pulling(ILogger logger, string image, string line);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Plano container {Name}: {Notice}: name it under routing.embedded.env")]
        public static partial void VariableMissing(ILogger logger, string name, ConfigError notice);

        [LoggerMessage(Level = LogLevel.Information, Message = "Removed container {Id}, left by process {ProcessId}, which has ended")]
        public static partial void LeftoverRemoved(ILogger logger, string id, int processId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Plano container {Name} could not be asked to end: {Reason}")]
        public static partial void NotStopped(ILogger logger, string name, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Plano container {Name} could not be removed: {Reason}")]
        public static partial void NotRemoved(ILogger logger, string name, string reason);
    }
}
