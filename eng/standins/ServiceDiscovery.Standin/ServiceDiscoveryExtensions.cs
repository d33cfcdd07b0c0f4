using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes service names usable as host names.</summary>
public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Adds what <see cref="ServiceDiscoveryHttpClientBuilderExtensions.AddServiceDiscovery"/> needs.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new ConfiguredServices(provider.GetRequiredService<IConfiguration>()));
        return services;
    }
}

/// <summary>Makes service names usable as host names.</summary>
public static class ServiceDiscoveryHttpClientBuilderExtensions
{
    /// <summary>Lets the client find hosts by service name, in the settings <c>services:NAME:SCHEME:0</c>.</summary>
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder httpClientBuilder)
    {
        httpClientBuilder.Services.AddServiceDiscovery();
        return httpClientBuilder.AddHttpMessageHandler(provider =>
            new ServiceDiscoveryHandler(provider.GetRequiredService<ConfiguredServices>()));
    }
}
