using System.Text.Json;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /admin/config</c>: what is in force, since when, and how fresh prices and latencies are. Secrets are masked.</summary>
internal sealed class AdminEndpoints(CurrentSnapshot current, ClassifierFactory classifiers, RouterSwitch routers, ConfigReloader reloader, ModelMetricsRefresher metrics, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/config", WriteConfigAsync);

    private async Task WriteConfigAsync(HttpContext context)
    {
        var snapshot = current.Value;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true, MaxDepth = 128 });
        writer.WriteStartObject();
        writer.WriteString("source", snapshot.Loaded.Source);
        writer.WriteString("hash", snapshot.Loaded.Hash);
        writer.WriteString("since", snapshot.Since);
        writer.WriteString("mode", RoutingModes.NameOf(routers.Mode));
        writer.WriteString("classifier", snapshot.Classifier.Name);
        writer.WriteString("classifier_problem", classifiers.Problem);
        writer.WriteStartArray("routes");
        foreach (var route in snapshot.Config.Routes)
            writer.WriteStringValue(route.Name);
        writer.WriteEndArray();
        WriteErrors(writer, "warnings", snapshot.Loaded.Warnings);
        WriteErrors(writer, "notices", snapshot.Loaded.Notices);
        WriteErrors(writer, "refused", reloader.Refused?.Errors ?? []);
        WriteSources(writer);
        writer.WritePropertyName("document");
        writer.WriteRawValue(snapshot.Loaded.Document);
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private static void WriteErrors(Utf8JsonWriter writer, string name, IReadOnlyList<ConfigError> errors)
    {
        writer.WriteStartArray(name);
        foreach (var error in errors)
            writer.WriteStringValue(error.ToString());
        writer.WriteEndArray();
    }

    private void WriteSources(Utf8JsonWriter writer)
    {
        var now = time.GetUtcNow();
        writer.WriteStartArray("model_metrics_sources");
        foreach (var source in metrics.Current.Sources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", source.Name);
            writer.WriteNumber("models", source.Models);
            if (source.Age(now) is { } age)
                writer.WriteNumber("age_seconds", Math.Round(age.TotalSeconds, 1));
            else
                writer.WriteNull("age_seconds");
            writer.WriteNumber("failures", source.Failures);
            writer.WriteString("last_failure", source.LastFailure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
