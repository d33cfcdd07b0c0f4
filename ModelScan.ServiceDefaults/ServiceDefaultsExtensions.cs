using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ModelScan.ServiceDefaults;

/// <summary>What every service of ModelScan has in common.</summary>
public static class ServiceDefaultsExtensions
{
    private const string LivenessTag = "live";
    private const string ReadinessPath = "/health";
    private const string LivenessPath = "/alive";

    /// <summary>Where health is asked for.</summary>
    internal static IReadOnlyCollection<PathString> HealthPaths { get; } = [ReadinessPath, LivenessPath];

    /// <summary>
    /// Adds telemetry over OTLP (when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), health checks, and service discovery for every
    /// client of <see cref="IHttpClientFactory"/>. Retries are left to whoever knows what may be repeated: there is no resilience handler.
    /// </summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.QuietFramework();
        builder.AddTelemetryExport();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LivenessTag]);
        return builder;
    }

    // Orchestrators ask for health every few seconds, and every request is a span already: four log lines for each would hide
    // the rest. Any other setting of this level wins, because this one comes first.
    private static void QuietFramework(this IHostApplicationBuilder builder) => builder.Configuration.Sources.Insert(
        0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),

                // Its lines tell the beginning and the end of each request; while it may log anything at all, the host makes an activity and a
                // scope for each, traces or no traces.
                new("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None"),
            ],
        });

    /// <summary>
    /// Maps <c>/health</c>, ready to serve: every health check passes; and <c>/alive</c>, need not be restarted: those tagged
    /// <c>live</c> pass. Both answer 200 or 503 in every environment, because orchestrators ask in every environment.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(ReadinessPath);
        app.MapHealthChecks(LivenessPath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LivenessTag) });
        return app;
    }
}
