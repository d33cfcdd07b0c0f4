using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>/admin/mode</c>: <c>GET</c> shows the mode in force and what serves requests; <c>PUT {"mode": "direct"}</c> switches until the
/// configuration names another mode; <c>DELETE</c> follows the configuration again. Gateways that share a Redis follow each other.
/// </summary>
internal sealed class ModeEndpoints(RouterSwitch routers, SharedMode shared, CurrentSnapshot current, MemoryBudget budget)
{
    private const long LargestBody = 4096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/mode", WriteAsync);
        routes.MapPut("/admin/mode", SwitchAsync);
        routes.MapDelete("/admin/mode", FollowAsync);
    }

    private async Task FollowAsync(HttpContext context)
    {
        routers.Follow();
        await shared.TellAsync(null, context.RequestAborted);
        await WriteAsync(context);
    }

    private async Task SwitchAsync(HttpContext context)
    {
        using var reading = await ClientBody.ReadAsync(context.Request, LargestBody, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, reading.Refusal!);
            return;
        }

        var mode = RoutingModes.Find(ReadMode(body.Bytes)) ?? throw new InvalidRequestException("mode", $"must be {RoutingModes.Names}");
        try
        {
            routers.Command(mode);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidRequestException("mode", exception.Message);
        }

        await shared.TellAsync(mode, context.RequestAborted);
        await WriteAsync(context);
    }

    private static string? ReadMode(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("mode", out var mode) && mode.ValueKind == JsonValueKind.String
                ? mode.GetString()
                : throw new InvalidRequestException("mode", $"is required: {RoutingModes.Names}");
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception)}", exception);
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("mode", RoutingModes.NameOf(routers.Mode));
        writer.WriteString("configured", RoutingModes.NameOf(current.Value.Config.Mode));
        writer.WriteBoolean("commanded", routers.Commanded is not null);
        writer.WriteString("since", routers.Since);
        writer.WriteStartArray("serving");
        foreach (var (mode, requests, isDraining) in routers.Serving)
        {
            writer.WriteStartObject();
            writer.WriteString("mode", mode);
            writer.WriteNumber("requests", requests);
            writer.WriteBoolean("draining", isDraining);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }
}
