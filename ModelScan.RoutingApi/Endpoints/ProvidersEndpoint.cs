using System.Text.Json;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /admin/providers</c>: the configured models, and how providers, keys and models are. No secrets.</summary>
internal sealed class ProvidersEndpoint(CurrentSnapshot current, UpstreamHealth health, ProviderKeys keys)
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
            if (!entry.IsWildcard && current.Value.Models.Find(entry.Name) is { } target)
                writer.WriteString("left_alone", health.ReasonToLeaveAlone(target));
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
