using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// <c>/admin/requests</c>: the log of requests. A list by pages, one record, aggregates, exports and deletion; the tail, verdicts and
/// re-decisions have files of their own. All of them take the same filter.
/// </summary>
internal sealed class RequestLogEndpoints(RequestQueries queries, RequestLogWriter log, RequestLogMeters meters, AdminAccess access, TimeProvider time)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 500;
    private const int FlushedAt = 64 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/requests", access.Guard(ListAsync));
        routes.MapDelete("/admin/requests", access.Guard(DeleteAsync));
        routes.MapGet("/admin/requests/{id}", access.Guard(FindAsync));
        routes.MapGet("/admin/requests/aggregate", access.Guard(AggregateAsync));
        routes.MapGet("/admin/requests/export", access.Guard(ExportAsync));
        routes.MapGet("/admin/requests/status", access.Guard(WriteStatusAsync));
    }

    /// <summary>A request's id out of a path.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static RequestId IdOf(HttpContext context) =>
        (string?)context.Request.RouteValues["id"] is { } text && RequestId.TryParse(text, out var id) ? id : throw new InvalidRequestException("id", "must be 26 letters and digits, as x-modelscan-request-id has them");

    private async Task ListAsync(HttpContext context)
    {
        var filter = RequestQuery.FilterOf(context.Request, time.GetUtcNow());
        if (RequestQuery.CursorOf(context.Request) is { } before)
            filter = filter.Before(before);
        var page = await queries.ListAsync(filter, RequestQuery.NumberOf(context.Request, "limit", DefaultPage, 1, MaxPage), whole: false, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var record in page.Records)
                RecordJson.WriteRow(json, record);
            json.WriteEndArray();
            json.WriteString("next", page.Next?.ToString());
            json.WriteEndObject();
        });
    }

    private async Task FindAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (await queries.FindAsync(id, context.RequestAborted) is not { } detail)
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, new ClientError(StatusCodes.Status404NotFound, $"request {id} is not on record", "NotFound"));
            return;
        }

        await WriteAsync(context, json => RecordJson.WriteWhole(json, detail));
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var filter = RequestQuery.FilterOf(context.Request, time.GetUtcNow());
        if (filter.IsAll && RequestQuery.WordOf(context.Request, "all", "false", "true") == "false")
            throw new InvalidRequestException("filter", "is required: without one everything would go; say all=true if that is meant");
        var deleted = await queries.DeleteAsync(filter, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("deleted", deleted);
            json.WriteEndObject();
        });
    }

    private async Task AggregateAsync(HttpContext context)
    {
        var (grouping, names) = RequestQuery.GroupingOf(context.Request);
        var groups = await queries.AggregateAsync(RequestQuery.FilterOf(context.Request, time.GetUtcNow()), grouping, context.RequestAborted);
        await WriteAsync(context, json => AggregateJson.Write(json, groups, names));
    }

    private async Task ExportAsync(HttpContext context)
    {
        var filter = RequestQuery.FilterOf(context.Request, time.GetUtcNow());
        var isCsv = RequestQuery.WordOf(context.Request, "format", "ndjson", "csv") == "csv";
        var withInputs = RequestQuery.WordOf(context.Request, "inputs", "false", "true") == "true";
        var most = RequestQuery.NumberOf(context.Request, "limit", int.MaxValue, 1, int.MaxValue);
        await using var records = queries.ReadAllAsync(filter, most, withInputs && !isCsv, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);

        // The first one before the answer begins, so that a log that cannot be read is a 503.
        var isThere = await records.MoveNextAsync();
        var (response, writer) = (context.Response, context.Response.BodyWriter);
        response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = $"attachment; filename=requests.{(isCsv ? "csv" : "ndjson")}";
        if (isCsv)
            Encoding.UTF8.GetBytes(RecordCsv.Heading, writer);
        await using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder, SkipValidation = true });
        for (; isThere; isThere = await records.MoveNextAsync())
        {
            if (isCsv)
            {
                Encoding.UTF8.GetBytes(RecordCsv.Line(records.Current.Record), writer);
            }
            else
            {
                RecordJson.WriteWhole(json, records.Current);
                json.Flush();
                json.Reset();
                Encoding.UTF8.GetBytes("\n", writer);
            }

            if (writer.UnflushedBytes > FlushedAt)
                await writer.FlushAsync(context.RequestAborted);
        }

        await writer.FlushAsync(context.RequestAborted);
    }

    private Task WriteStatusAsync(HttpContext context) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("store", log.Store?.Name ?? "none");
        json.WriteString("place", log.Store?.Place);
        json.WriteString("problem", log.Problem);
        json.WriteNumber("waiting", log.Waiting);
        json.WriteNumber("shed_records", meters.ShedRecords);
        json.WriteNumber("shed_bodies", meters.ShedBodies);
        json.WriteStartArray("filter_keys");
        foreach (var key in FilterParser.Keys)
            json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Writes a JSON answer.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, WireJson.Options);
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
