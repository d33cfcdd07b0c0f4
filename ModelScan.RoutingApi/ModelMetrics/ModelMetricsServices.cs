using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>Registers the room.</summary>
public static class ModelMetricsServices
{
    /// <summary>
    /// Adds <see cref="ModelMetricsRefresher"/> (also as a hosted service, which starts without waiting for any source),
    /// <see cref="ObservedLatency"/> and the HTTP client. A clock or a random source registered before is used.
    /// </summary>
    public static IServiceCollection AddModelMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // Here chance enters the program.
        services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddMetrics();
        services.AddHttpClient(ModelMetricsFetcher.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler(static (handler, _) =>
            {
                handler.ConnectTimeout = ModelMetricsFetcher.ConnectTimeout;
                handler.AutomaticDecompression = DecompressionMethods.All;
                handler.AllowAutoRedirect = false; // to an address that nobody configured
                handler.UseCookies = false;
            })
            .RemoveAllLoggers();
        services.TryAddSingleton<ModelCatalogue>();
        services.TryAddSingleton<ModelMetricsFetcher>();
        services.TryAddSingleton<ObservedLatency>();
        services.TryAddSingleton<ModelMetricsRefresher>();
        services.AddHostedService(static provider => provider.GetRequiredService<ModelMetricsRefresher>());
        return services;
    }
}
