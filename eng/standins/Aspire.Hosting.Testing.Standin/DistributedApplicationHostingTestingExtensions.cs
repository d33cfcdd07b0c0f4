using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

/// <summary>Reaches the resources of a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client for an endpoint of a resource: the named one, else <c>https</c> or <c>http</c>.</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }

    /// <summary>The address of an endpoint of a resource: the named one, else <c>https</c> or <c>http</c>.</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var endpoints = app.Find(resourceName).Annotations.OfType<EndpointAnnotation>().ToList();
        var endpoint = endpointName is null
            ? endpoints.Find(endpoint => endpoint.Name == "https") ?? endpoints.Find(endpoint => endpoint.Name == "http")
            : endpoints.Find(endpoint => endpoint.Name == endpointName);
        var address = endpoint?.AllocatedEndpoint
            ?? throw new ArgumentException($"'{resourceName}' has no endpoint '{endpointName ?? "http"}' with an address.", nameof(endpointName));
        return new Uri(address.UriString);
    }

    /// <summary>The connection string of a resource.</summary>
    /// <exception cref="ArgumentException">There is no such resource.</exception>
    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        app.Find(resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"'{resourceName}' has no connection string.", nameof(resourceName));

    private static IResource Find(this DistributedApplication app, string name) =>
        app.Resources.FirstOrDefault(resource => string.Equals(resource.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no resource '{name}'.", nameof(name));
}
