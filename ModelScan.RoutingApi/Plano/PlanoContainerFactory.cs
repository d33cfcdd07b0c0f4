using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Plano;

/// <summary>Makes containers. Thread-safe.</summary>
internal sealed class PlanoContainerFactory(
    ConfigFile file, PlanoContainerTiming timing, TimeProvider time, Random random, PlanoMeters meters, ILogger<PlanoContainer> logger)
{
    /// <summary>Makes a container and begins to start it; the caller disposes it.</summary>
    public PlanoContainer Start(PlanoEmbeddedConfig config)
    {
        var folder = Path.GetDirectoryName(file.Path) ?? Environment.CurrentDirectory;
        var container = new PlanoContainer(config, Path.GetFullPath(config.ConfigPath, folder), timing, time, random, meters, logger);
        container.Start();
        return container;
    }
}
