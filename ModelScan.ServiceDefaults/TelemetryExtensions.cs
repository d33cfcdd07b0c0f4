using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace ModelScan.ServiceDefaults;

/// <summary>Sends logs, metrics and traces to where the OpenTelemetry variables say.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Does nothing unless <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other standard variables are read by the exporters.</summary>
    public static void AddTelemetryExport(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        var service = DescribeService(builder.Environment.ApplicationName);
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.SetResourceBuilder(service);
            logs.AddOtlpExporter();
        });
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<TelemetryExport>(services, service));
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and win.
    private static ResourceBuilder DescribeService(string applicationName) => ResourceBuilder.CreateEmpty()
        .AddService(applicationName)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
