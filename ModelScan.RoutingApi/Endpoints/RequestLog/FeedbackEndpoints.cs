using System.Text;
using System.Text.Encodings.Web;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Records;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// <c>PUT /admin/requests/ID/feedback</c>: whether the route was right, and which one would have been; and
/// <c>GET /admin/requests/examples</c>: what people said so, as labelled prompts, one a line, that <c>modelscan eval</c> and
/// <c>calibrate</c> read.
/// </summary>
internal sealed class FeedbackEndpoints(RequestQueries queries, AdminAccess access, MemoryBudget budget, TimeProvider time)
{
    private const long LargestBody = 4096;
    private const int LongestRoute = 256;

    // As a person writes such a file.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/admin/requests/{id}/feedback", access.Guard(NoteAsync));
        routes.MapGet("/admin/requests/examples", access.Guard(ExportAsync));
    }

    private async Task NoteAsync(HttpContext context)
    {
        var id = RequestLogEndpoints.IdOf(context);
        using var reading = await ClientBody.ReadAsync(context.Request, LargestBody, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, reading.Refusal!);
            return;
        }

        var feedback = Read(id, body.Bytes);
        if (await queries.FindAsync(id, context.RequestAborted) is null)
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, new ClientError(StatusCodes.Status404NotFound, $"request {id} is not on record", "NotFound"));
            return;
        }

        await queries.NoteAsync(feedback, context.RequestAborted);
        await RequestLogEndpoints.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id.ToString());
            RecordJson.WriteFeedback(json, feedback);
            json.WriteEndObject();
        });
    }

    // What is wrong without a better route says nothing of what would be right, and a prompt that is not kept cannot be given back.
    private async Task ExportAsync(HttpContext context)
    {
        var filter = RequestQuery.FilterOf(context.Request, time.GetUtcNow());
        var writer = context.Response.BodyWriter;
        await using var details = queries.ReadAllAsync(filter, int.MaxValue, withInputs: true, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        var isThere = await details.MoveNextAsync();
        context.Response.ContentType = "application/x-ndjson";
        for (; isThere; isThere = await details.MoveNextAsync())
        {
            var detail = details.Current;
            if (detail.Feedback is not { } feedback || (!feedback.IsRight && !feedback.Names) || DecisionInput.Newest(detail.Body?.Input) is not { } prompt)
                continue;
            var route = feedback.Names ? feedback.Route : detail.Record.Route;
            Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(new Example(prompt, route), Readable)}\n", writer);
            await writer.FlushAsync(context.RequestAborted);
        }

        await writer.FlushAsync(context.RequestAborted);
    }

    private RouteFeedback Read(RequestId id, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("right", out var right) || right.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                throw new InvalidRequestException("right", "is required: true or false");
            if (!root.TryGetProperty("route", out var route))
                return new RouteFeedback(id, right.GetBoolean(), null, false, time.GetUtcNow());
            if (route.ValueKind is not (JsonValueKind.Null or JsonValueKind.String) || route.GetString() is { Length: 0 or > LongestRoute })
                throw new InvalidRequestException("route", "must be the name of a route, or null for none");
            return new RouteFeedback(id, right.GetBoolean(), route.GetString(), true, time.GetUtcNow());
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception)}", exception);
        }
    }

    private sealed record Example([property: System.Text.Json.Serialization.JsonPropertyName("prompt")] string Prompt, [property: System.Text.Json.Serialization.JsonPropertyName("route")] string? Route);
}
