using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Says where telemetry goes.</summary>
public static class OtlpConfigurationExtensions
{
    /// <summary>Gives a resource the variables of the OpenTelemetry exporters; the endpoint only where a dashboard listens.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
            variables["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=" + RandomNumberGenerator.GetHexString(8, lowercase: true);
            if (builder.ApplicationBuilder.Environment.IsDevelopment())
            {
                variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
                variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
                variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
                variables["OTEL_TRACES_SAMPLER"] = "always_on";
                variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            }

            if (((DistributedApplicationBuilder)builder.ApplicationBuilder).OtlpEndpoint is { } endpoint)
            {
                var alias = context.Resource.Annotations.OfType<HostAliasAnnotation>().LastOrDefault();
                variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = alias is null ? endpoint : endpoint.Replace("localhost", alias.Host);
                variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            }
        });
}
