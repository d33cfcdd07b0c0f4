using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /admin/providers</c>: the configured models, and how providers, keys and models are. No secrets.</summary>
internal sealed class ProvidersEndpoint(CurrentSnapshot current, UpstreamHealth health, ProviderKeys keys, ModelMetricsRefresher metrics)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/providers", WriteAsync);

    private async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteStartArray("models");
        foreach (var entry in current.Value.Config.Providers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", entry.Name);
            writer.WriteString("provider", entry.Provider);
            writer.WriteString("model", entry.Model);
            writer.WriteString("address", entry.BaseUrl?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
            writer.WriteString("credential", entry.PassthroughAuth ? "client" : string.IsNullOrEmpty(entry.AccessKey) ? "none" : "configured");
            writer.WriteBoolean("default", entry.IsDefault);
            writer.WriteBoolean("wildcard", entry.IsWildcard);
            if (!entry.IsWildcard && current.Value.Models.Find(entry.Name) is { } target)
                Write(writer, entry, target, metrics.Current);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("health");
        foreach (var report in health.Reports)
            Write(writer, report);
        writer.WriteEndArray();
        WriteKeys(writer);
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    // Of providers that have several.
    private void WriteKeys(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("keys");
        foreach (var (name, inFlight, reason, left) in current.Value.Config.Providers.SelectMany(keys.Report).DistinctBy(key => key.Name))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteNumber("in_flight", inFlight);
            writer.WriteString("reason", reason);
            if (left is { } remaining)
                writer.WriteNumber("left_seconds", Math.Round(remaining.TotalSeconds, 1));
            else
                writer.WriteNull("left_seconds");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // What it takes, costs, and how fast it is; what is not known is null.
    private void Write(Utf8JsonWriter writer, ModelProviderConfig entry, ModelTarget target, ModelMetricsSnapshot known)
    {
        writer.WriteString("left_alone", health.ReasonToLeaveAlone(target));
        writer.WriteString("problem", target.Problem?.Message);
        writer.WriteBoolean("mocked", target.IsMocked);
        writer.WriteStartArray("takes");
        writer.WriteStringValue("text");
        if (target.Capabilities.Images)
            writer.WriteStringValue("images");
        if (target.Capabilities.Files)
            writer.WriteStringValue("files");
        if (target.Capabilities.ReasoningEffort)
            writer.WriteStringValue("reasoning effort");
        writer.WriteEndArray();
        WriteNumber(writer, "context_tokens", target.Capabilities.ContextTokens);
        WriteNumber(writer, "max_output_tokens", target.Capabilities.MaxOutputTokens);
        ModelPrice? price = known.TryGetPrice(target.Name, out var found) || known.TryGetPrice(entry.Name, out found) ? found : null;
        WriteNumber(writer, "input_usd_per_million", price?.InputPerMillion);
        WriteNumber(writer, "output_usd_per_million", price?.OutputPerMillion);
        WriteNumber(writer, "latency_seconds", known.TryGetLatency(target.Name, out var seconds) || known.TryGetLatency(entry.Name, out seconds) ? seconds : null);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } known && double.IsFinite(known))
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter writer, HealthReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("scope", HealthReport.NameOf(report.Scope));
        writer.WriteString("name", report.Name);
        writer.WriteString("status", report.Status);
        writer.WriteString("reason", report.Reason);
        if (report.Left is { } left)
            writer.WriteNumber("left_seconds", Math.Round(left.TotalSeconds, 1));
        else
            writer.WriteNull("left_seconds");
        writer.WriteNumber("failures", report.Failures);
        if (report.LastFailure is { } last)
            writer.WriteString("last_failure", last);
        else
            writer.WriteNull("last_failure");
        writer.WriteEndObject();
    }
}
