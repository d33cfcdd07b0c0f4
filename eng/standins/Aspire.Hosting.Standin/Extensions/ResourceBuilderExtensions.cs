using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Endpoints, waiting, health, links and commands of resources.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an endpoint.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? scheme = null,
        string? name = null,
        string? env = null,
        bool? isProxied = null,
        bool? isExternal = null,
        ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, name, port, targetPort, isExternal);
        if (env is not null && builder is IResourceBuilder<IResourceWithEnvironment> withEnvironment)
        {
            // A process listens where others reach it; a container listens on its own port.
            withEnvironment.WithEnvironment(context => context.EnvironmentVariables[env] =
                (context.Resource is ContainerResource ? endpoint.TargetPort : null) ?? endpoint.AllocatedEndpoint!.Port);
        }

        return builder.WithAnnotation(endpoint);
    }

    /// <summary>Changes an endpoint, or adds it.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == endpointName);
        if (endpoint is null && createIfNotExists)
        {
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.WithAnnotation(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <summary>Adds an HTTP endpoint, named <c>http</c> unless said otherwise.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? name = null,
        string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Lets the HTTP endpoints be reached from outside when published.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsExternal |= endpoint.UriScheme is "http" or "https";
        }

        return builder;
    }

    /// <summary>An endpoint of the resource, whose address is known once the application starts.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Starts the resource only when another runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.WithAnnotation(new WaitAnnotation(dependency.Resource, WaitType.WaitUntilHealthy));

    /// <summary>Starts the resource only when another runs.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.WithAnnotation(new WaitAnnotation(dependency.Resource, WaitType.WaitUntilStarted));

    /// <summary>Starts the resource only when another has ended with an exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport =>
        builder.WithAnnotation(new WaitAnnotation(dependency.Resource, WaitType.WaitForCompletion, exitCode));

    /// <summary>Calls the resource healthy while a path answers with a status: 200 unless said otherwise.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints => builder.WithAnnotation(new HttpHealthCheckAnnotation(
            () => endpointName is null ? FirstHttpEndpoint(builder) : builder.GetEndpoint(endpointName), path ?? "/", statusCode ?? 200));

    /// <summary>Changes the link to an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints => builder.WithAnnotation(new ResourceUrlCallbackAnnotation(
            links => links.Where(link => link.Endpoint?.EndpointName == endpointName).ToList().ForEach(callback)));

    /// <summary>Adds a link to a path of an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints => builder.WithAnnotation(new ResourceUrlCallbackAnnotation(links =>
        {
            var endpoint = builder.GetEndpoint(endpointName);
            var link = callback(endpoint);
            links.Add(new ResourceUrlAnnotation { Url = link.Url, DisplayText = link.DisplayText, Endpoint = endpoint });
        }));

    /// <summary>Adds a command, to be run by <see cref="ResourceCommandService"/>.</summary>
    public static IResourceBuilder<T> WithCommand<T>(
        this IResourceBuilder<T> builder,
        string name,
        string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
        CommandOptions? commandOptions = null)
        where T : IResource => builder.WithAnnotation(new ResourceCommandAnnotation(name, executeCommand));

    /// <summary>Chooses the dashboard's icon; a stand-in shows none.</summary>
    public static IResourceBuilder<T> WithIconName<T>(this IResourceBuilder<T> builder, string iconName)
        where T : IResource => builder;

    private static EndpointReference FirstHttpEndpoint<T>(IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder.GetEndpoint(
            builder.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.UriScheme is "http" or "https")?.Name
            ?? throw new InvalidOperationException($"'{builder.Resource.Name}' has no HTTP endpoint whose health could be checked."));
}
