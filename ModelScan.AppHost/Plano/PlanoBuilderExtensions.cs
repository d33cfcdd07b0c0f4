namespace Aspire.Hosting;

/// <summary>Adds Plano and gives it what it needs.</summary>
public static class PlanoBuilderExtensions
{
    private const string ConfigurationPath = "/app/plano_config.yaml";

    /// <summary>Adds a Plano proxy, healthy when its model listener answers <c>/healthz</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Unique in the application; also the host name under which others find it.</param>
    /// <param name="modelPort">The model listener's port on this machine; any free one if not given.</param>
    /// <param name="promptPort">The prompt listener's port on this machine; any free one if not given.</param>
    /// <param name="image">Another image than <c>docker.io/katanemo/plano</c>, its tag and registry included.</param>
    public static IResourceBuilder<PlanoResource> AddPlano(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? modelPort = null, int? promptPort = null, string? image = null) =>
        WithPlanoImage(builder.AddResource(new PlanoResource(name)), image)
            .WithHttpEndpoint(modelPort, targetPort: 12000, name: PlanoResource.ModelEndpointName)
            .WithHttpEndpoint(promptPort, targetPort: 10000, name: PlanoResource.PromptEndpointName)
            .WithHttpHealthCheck("/healthz", endpointName: PlanoResource.ModelEndpointName);

    private static IResourceBuilder<PlanoResource> WithPlanoImage(IResourceBuilder<PlanoResource> plano, string? image) => image is { Length: > 0 }
        ? plano.WithImage(image)
        : plano.WithImage("katanemo/plano", "0.4.36").WithImageRegistry("docker.io");

    /// <summary>Mounts a configuration, which the container cannot change.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="path">The file, relative to the AppHost; its listeners use ports 12000 and 10000.</param>
    public static IResourceBuilder<PlanoResource> WithPlanoConfiguration(this IResourceBuilder<PlanoResource> builder, string path) =>
        builder.WithBindMount(path, ConfigurationPath, isReadOnly: true);

    /// <summary>Gives the proxy the key of a provider, under the name by which its configuration refers to it.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="variable">The variable, such as <c>OPENAI_API_KEY</c> for <c>access_key: $OPENAI_API_KEY</c>.</param>
    /// <param name="key">The key; an empty one leaves that provider unusable and the rest as it is.</param>
    public static IResourceBuilder<PlanoResource> WithProviderKey(
        this IResourceBuilder<PlanoResource> builder, string variable, IResourceBuilder<ParameterResource> key) =>
        builder.WithEnvironment(variable, key);

    /// <summary>Sends the proxy's spans to the dashboard.</summary>
    public static IResourceBuilder<PlanoResource> WithPlanoTracing(this IResourceBuilder<PlanoResource> builder) =>
        builder.WithOtlpExporter().WithEnvironment(context =>
        {
            // Plano has its own name for the standard variable that was set just before.
            if (context.EnvironmentVariables.TryGetValue("OTEL_EXPORTER_OTLP_ENDPOINT", out var endpoint))
            {
                context.EnvironmentVariables["OTEL_TRACING_GRPC_ENDPOINT"] = endpoint;
            }
        });
}
