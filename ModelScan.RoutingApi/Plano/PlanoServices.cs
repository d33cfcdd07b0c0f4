using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ModelScan.RoutingApi.Plano;

/// <summary>Registers the room.</summary>
internal static class PlanoServices
{
    /// <summary>Adds the factory, what it measures, and the health check.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="current">The container in force; <see langword="null"/> where the mode is another.</param>
    public static IServiceCollection AddPlanoContainers(this IServiceCollection services, Func<IServiceProvider, PlanoContainerSnapshot?> current)
    {
        services.AddSingleton(PlanoContainerTiming.Default);
        services.AddSingleton<PlanoMeters>();
        services.AddSingleton<PlanoContainerFactory>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "plano_embedded", provider => new PlanoHealthCheck(() => current(provider)), failureStatus: HealthStatus.Degraded, tags: null));
        return services;
    }
}
