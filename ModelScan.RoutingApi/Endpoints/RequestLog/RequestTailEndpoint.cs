using System.Buffers;
using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Writing;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// <c>GET /admin/requests/tail</c>: records as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) while they
/// are written, filtered here: <c>event: request</c> with a row of the list, and <c>event: gap</c> with the number of those that a slow
/// client has missed.
/// </summary>
internal sealed class RequestTailEndpoint(RequestLogWriter log, AdminAccess access, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/requests/tail", access.Guard(TailAsync));

    private async Task TailAsync(HttpContext context)
    {
        var filter = RequestQuery.FilterOf(context.Request, time.GetUtcNow());
        using var watcher = log.Tail.Watch(filter);
        if (watcher is null)
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, new ClientError(StatusCodes.Status503ServiceUnavailable, $"{TailFeed.MaxWatchers} clients watch already", "TooManyWatchers"));
            return;
        }

        // The server waits for its requests before it ends: this one has no end of its own.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await context.Response.StartAsync(ended.Token);
            await FollowAsync(context, watcher, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client left, or the gateway ends.
        }
    }

    private async Task FollowAsync(HttpContext context, TailFeed.Watcher watcher, CancellationToken cancellationToken)
    {
        var writer = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(writer, WireJson.Options);
        Encoding.UTF8.GetBytes(": tail\n\n", writer);
        await writer.FlushAsync(cancellationToken);
        var more = watcher.Records.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                if (!await more.WaitAsync(KeepAlive, time, cancellationToken))
                    return;
            }
            catch (TimeoutException)
            {
                Encoding.UTF8.GetBytes(": still here\n\n", writer);
                await writer.FlushAsync(cancellationToken);
                continue;
            }

            if (watcher.TakeMissed() is var missed and > 0)
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: gap\ndata: {{\"missed\":{missed}}}\n\n"), writer);
            while (watcher.Records.TryRead(out var record))
            {
                Encoding.UTF8.GetBytes($"event: request\nid: {record.Id}\ndata: ", writer);
                RecordJson.WriteRow(json, record);
                await json.FlushAsync(cancellationToken);
                json.Reset();
                writer.Write("\n\n"u8);
            }

            await writer.FlushAsync(cancellationToken);
            more = watcher.Records.WaitToReadAsync(cancellationToken).AsTask();
        }
    }
}
