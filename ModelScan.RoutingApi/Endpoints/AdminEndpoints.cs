using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Guards;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.ResponseCache;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /admin/config</c>: what is in force, since when, and how fresh prices and latencies are. Secrets are masked.</summary>
internal sealed class AdminEndpoints(CurrentSnapshot current, ClassifierFactory classifiers, RouterSwitch routers, ConfigReloader reloader, ModelMetricsRefresher metrics, GuardMeters guards, ResponseCacheStage cache, TimeProvider time)
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
        WriteGuards(writer, snapshot.Config.Guards);
        WriteCache(writer, snapshot.Config.ResponseCache);
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

    private void WriteGuards(Utf8JsonWriter writer, GuardsConfig config)
    {
        writer.WriteStartObject("guards");
        WriteNames(writer, "input", [.. config.InputFilters.Select(filter => filter.Id), .. config.Input.Select(guard => guard.Name)]);
        WriteNames(writer, "output", [.. config.Output.Select(guard => guard.Name), .. config.OutputFilters.Select(filter => filter.Id)]);
        writer.WriteString("stream", ConfigNames<StreamGuarding>.Of(config.Stream));
        writer.WriteStartArray("findings");
        foreach (var (guard, direction, kind, action, count) in guards.Counts)
        {
            writer.WriteStartObject();
            writer.WriteString("guard", guard);
            writer.WriteString("direction", direction);
            writer.WriteString("kind", kind);
            writer.WriteString("action", action);
            writer.WriteNumber("count", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteCache(Utf8JsonWriter writer, ResponseCacheConfig? config)
    {
        var (answers, bytes, hits, misses) = cache.State;
        writer.WriteStartObject("response_cache");
        writer.WriteBoolean("enabled", config is not null);
        writer.WriteNumber("answers", answers);
        writer.WriteNumber("bytes", bytes);
        writer.WriteNumber("hits", hits);
        writer.WriteNumber("misses", misses);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, string[] names)
    {
        writer.WriteStartArray(name);
        foreach (var each in names)
            writer.WriteStringValue(each);
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
