namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Prometheus server in a container, which scrapes what it is told to.</summary>
/// <param name="name">Unique in the application; also the host name under which others find it.</param>
public sealed class PrometheusResource(string name) : ContainerResource(name), IResourceWithServiceDiscovery
{
    /// <summary>The endpoint of the web page and of the query API.</summary>
    public const string HttpEndpointName = "http";

    private readonly List<(string Job, EndpointReference Endpoint)> _targets = [];

    /// <summary>
    /// The server's configuration file. The targets are expressions, because an address in the container's network is known
    /// only to whoever starts the container.
    /// </summary>
    /// <remarks>https://prometheus.io/docs/prometheus/latest/configuration/configuration/</remarks>
    internal ReferenceExpression ConfigurationFile
    {
        get
        {
            var yaml = new ReferenceExpressionBuilder();
            yaml.AppendLiteral("global:\n  scrape_interval: 5s\nscrape_configs:\n");
            foreach (var (job, endpoint) in _targets)
            {
                yaml.AppendLiteral($"  - job_name: {job}\n    static_configs:\n      - targets:\n          - '");
                yaml.AppendFormatted(endpoint.Property(EndpointProperty.HostAndPort));
                yaml.AppendLiteral("'\n");
            }

            return yaml.Build();
        }
    }

    internal void AddTarget(string job, EndpointReference endpoint) => _targets.Add((job, endpoint));
}
