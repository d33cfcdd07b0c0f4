using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>GET /admin/plano</c>: what is known of the embedded Plano's container; <c>attached</c> where an
/// orchestrator runs it, <c>not_in_use</c> where the mode is another.
/// </summary>
internal sealed class PlanoStateEndpoint(RouterSwitch routers)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/plano", WriteAsync);

    private async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        if (routers.Find<PlanoEmbeddedRouter>(RoutingMode.PlanoEmbedded)?.State is { } state)
            Write(writer, state);
        else if (routers.Find<PlanoProxyRouter>(RoutingMode.PlanoEmbedded)?.Address is { } address)
            WriteAttached(writer, address);
        else
            writer.WriteString("status", "not_in_use");
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    // Its life is its owner's business, and so is telling of it.
    private static void WriteAttached(Utf8JsonWriter writer, Uri address)
    {
        writer.WriteString("status", "attached");
        writer.WriteString("address", address.AbsoluteUri);
    }

    private static void Write(Utf8JsonWriter writer, PlanoContainerSnapshot state)
    {
        writer.WriteString("status", PlanoMeters.NameOf(state.Status));
        writer.WriteString("since", state.Since);
        writer.WriteString("address", state.Address?.AbsoluteUri);
        writer.WriteString("engine", state.Engine);
        writer.WriteString("image", state.Image);
        writer.WriteString("container_name", state.ContainerName);
        writer.WriteString("container_id", state.ContainerId);
        writer.WriteNumber("restarts", state.Restarts);
        WriteTime(writer, "last_health_check", state.LastHealthCheck);
        if (state.LastHealthCheckTook is { } took)
            writer.WriteNumber("last_health_check_ms", Math.Round(took.TotalMilliseconds, 1));
        else
            writer.WriteNull("last_health_check_ms");
        writer.WriteString("last_error", state.LastError);
        WriteTime(writer, "last_error_at", state.LastErrorAt);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? value)
    {
        if (value is { } time)
            writer.WriteString(name, time);
        else
            writer.WriteNull(name);
    }
}
