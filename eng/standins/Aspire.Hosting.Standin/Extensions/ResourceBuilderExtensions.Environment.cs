using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

/// <content>Variables, arguments and references.</content>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Sets a variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Set(name, value ?? "");

    /// <summary>Sets a variable to an interpolated string whose holes are resolved when the resource starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, in ReferenceExpression.ExpressionInterpolatedStringHandler value)
        where T : IResourceWithEnvironment => builder.Set(name, ReferenceExpression.Create(value));

    /// <summary>Sets a variable to an expression.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.Set(name, value);

    /// <summary>Sets a variable to what a function gives when the resource starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, Func<string> callback)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = callback());

    /// <summary>Sets a variable to the URL of an endpoint.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.Set(name, endpointReference);

    /// <summary>Sets a variable to the value of a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Set(name, parameter.Resource);

    /// <summary>Lets a function add variables when the resource starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });

    /// <summary>Lets a function add variables when the resource starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Func<EnvironmentCallbackContext, Task> callback)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentCallbackAnnotation(callback));

    /// <summary>Adds arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs([.. args.Cast<object>()]);

    /// <summary>Adds arguments: strings and values that are resolved when the resource starts.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs => builder.WithArgs(context =>
        {
            foreach (var argument in args)
            {
                context.Args.Add(argument);
            }
        });

    /// <summary>Lets a function add arguments when the resource starts.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback)
        where T : IResourceWithArgs => builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(context =>
        {
            callback(context);
            return Task.CompletedTask;
        }));

    /// <summary>Gives the endpoints of another resource: <c>services__NAME__SCHEME__0</c> and <c>NAME_SCHEME</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment =>
        builder.ReferTo(source.Resource, source.Resource.Name, ResourceEnvironment.Encode(source.Resource.Name).ToUpperInvariant());

    /// <summary>Gives the endpoints of another resource under a name of choice, unless the resource has been referred to before.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.ReferTo(source.Resource, name, ResourceEnvironment.Encode(name));

    /// <summary>Gives a fixed address under a name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment => builder.Set($"services__{name}__default__0", uri.ToString());

    /// <summary>Gives the address of a service that is not part of the application.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(async context =>
        {
            var service = externalService.Resource;
            var url = service.Uri?.ToString() ?? await service.UrlParameter!.GetValueAsync(context.CancellationToken);
            var scheme = new Uri(url!).Scheme;
            context.EnvironmentVariables[$"services__{service.Name}__{scheme}__0"] = url!;
            context.EnvironmentVariables[$"{ResourceEnvironment.Encode(service.Name).ToUpperInvariant()}_{scheme.ToUpperInvariant()}"] = url!;
        });

    /// <summary>Gives the connection string of another resource, <c>ConnectionStrings__NAME</c>, and its parts, <c>NAME_PART</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            var resource = source.Resource;
            var name = connectionName ?? resource.Name;
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                resource.ConnectionStringExpression;
            foreach (var (part, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[$"{ResourceEnvironment.Encode(name).ToUpperInvariant()}_{part.ToUpperInvariant()}"] = value;
            }
        });

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, string name, object value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    // As in Aspire itself, only the first reference to a resource counts: a second one, under another name, adds nothing.
    private static IResourceBuilder<T> ReferTo<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source, string serviceName, string prefix)
        where T : IResourceWithEnvironment
    {
        if (builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().Any(reference => reference.Resource == source))
        {
            return builder;
        }

        return builder.WithAnnotation(new EndpointReferenceAnnotation(source)).WithEnvironment(context =>
        {
            foreach (var endpoint in source.Annotations.OfType<EndpointAnnotation>())
            {
                var reference = new EndpointReference(source, endpoint.Name);
                context.EnvironmentVariables[$"{prefix}_{ResourceEnvironment.Encode(endpoint.Name).ToUpperInvariant()}"] = reference;
                var index = 0;
                while (!context.EnvironmentVariables.TryAdd(FormattableString.Invariant($"services__{serviceName}__{endpoint.Name}__{index}"), reference))
                {
                    index++;
                }
            }
        });
    }
}
