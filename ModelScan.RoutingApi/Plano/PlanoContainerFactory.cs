using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Plano;

/// <summary>Makes containers. Thread-safe.</summary>
internal sealed class PlanoContainerFactory(PlanoContainerTiming timing, TimeProvider time, Random random, PlanoMeters meters, ILogger<PlanoContainer> logger)
{
    /// <summary>Makes a container and begins to start it; the caller disposes it.</summary>
    public PlanoContainer Start(PlanoEmbeddedConfig config)
    {
        var container = new PlanoContainer(config, timing, time, random, meters, logger);
        container.Start();
        return container;
    }
}
