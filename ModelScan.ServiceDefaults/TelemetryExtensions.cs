using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

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

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and win.
            .ConfigureResource(resource => resource
                .Clear()
                .AddService(builder.Environment.ApplicationName)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithTracing(traces => traces
                .AddSource("ModelScan.*")
                .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthASpan)
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter("ModelScan.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .UseOtlpExporter();
    }

    // Orchestrators ask for health every few seconds; their questions would hide the requests.
    private static bool IsWorthASpan(HttpContext context) => !ServiceDefaultsExtensions.HealthPaths.Contains(context.Request.Path);
}
