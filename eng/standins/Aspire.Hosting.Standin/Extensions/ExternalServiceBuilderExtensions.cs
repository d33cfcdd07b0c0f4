using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds services that are not part of the application.</summary>
public static class ExternalServiceBuilderExtensions
{
    /// <summary>Adds a service by its URL.</summary>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url) =>
        builder.AddExternalService(name, new Uri(url));

    /// <summary>Adds a service by its URL.</summary>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, Uri uri) =>
        builder.AddResource(new ExternalServiceResource(name, uri));

    /// <summary>Adds a service whose URL is a parameter.</summary>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter) =>
        builder.AddResource(new ExternalServiceResource(name, uri: null, urlParameter.Resource));
}
