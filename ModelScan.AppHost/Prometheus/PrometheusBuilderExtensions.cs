namespace Aspire.Hosting;

/// <summary>Adds Prometheus and says what it scrapes.</summary>
public static class PrometheusBuilderExtensions
{
    private const string ConfigurationVariable = "PROMETHEUS_CONFIG";

    /// <summary>
    /// Adds a Prometheus server. Its configuration is handed over as a variable and written to a file by the container's
    /// own shell: a file made here could not hold addresses of the container's network, nor be published.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Unique in the application; also the host name under which others find it.</param>
    /// <param name="port">The port on this machine; any free one if not given.</param>
    public static IResourceBuilder<PrometheusResource> AddPrometheus(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        var prometheus = new PrometheusResource(name);
        return builder.AddResource(prometheus)
            .WithImage("prom/prometheus", "v3.5.0")
            .WithImageRegistry("docker.io")
            .WithHttpEndpoint(port, targetPort: 9090, name: PrometheusResource.HttpEndpointName)
            .WithHttpHealthCheck("/-/healthy", endpointName: PrometheusResource.HttpEndpointName)
            .WithEnvironment(context => context.EnvironmentVariables[ConfigurationVariable] = prometheus.ConfigurationFile)
            .WithEntrypoint("/bin/sh")
            .WithArgs(
                "-c",
                $"echo \"${ConfigurationVariable}\" > /tmp/prometheus.yml && " +
                "exec /bin/prometheus --config.file=/tmp/prometheus.yml --storage.tsdb.path=/prometheus");
    }

    /// <summary>Scrapes <c>/metrics</c> of an endpoint every five seconds.</summary>
    /// <param name="builder">The Prometheus server.</param>
    /// <param name="job">The value of the label <c>job</c>.</param>
    /// <param name="endpoint">The endpoint; its address is resolved as the container sees it.</param>
    public static IResourceBuilder<PrometheusResource> WithScrapeTarget(
        this IResourceBuilder<PrometheusResource> builder, string job, EndpointReference endpoint)
    {
        builder.Resource.AddTarget(job, endpoint);
        return builder;
    }
}
