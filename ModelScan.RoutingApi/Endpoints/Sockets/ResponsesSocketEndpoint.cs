using System.Net.WebSockets;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Pipeline.Replay;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints.Sockets;

/// <summary>
/// <c>GET /v1/responses</c> with an upgrade: the WebSocket mode of the Responses API. Each message is a request as it could come by POST; it is decided, translated
/// and recorded as one, and providers are asked over HTTP.
/// </summary>
internal sealed partial class ResponsesSocketEndpoint(
    CurrentSnapshot current, RequestPipeline pipeline, ResponseTurns turns, IRouterSource routers, IHostApplicationLifetime lifetime, MemoryBudget budget, TimeProvider time, ILogger<ResponsesSocketEndpoint> logger)
{
    private int _connections;

    /// <summary>How many connections there are.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/responses", AcceptAsync);

    private async Task AcceptAsync(HttpContext context)
    {
        var config = current.Value.Config.WebSocket;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context);
            return;
        }

        if (!config.IsEnabled)
        {
            await RefuseUpgradeAsync(context);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _connections) > config.MaxConnections)
            {
                ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
                context.Response.Headers.RetryAfter = "1";
                await ErrorResponse.WriteAsync(context, ApiFormat.Responses, new ClientError(StatusCodes.Status503ServiceUnavailable, $"there are {config.MaxConnections} WebSockets already; try again later, or use HTTP", "TooManyConnections"));
                return;
            }

            await ServeAsync(context, config);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task ServeAsync(HttpContext context, WebSocketConfig config)
    {
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = config.PingInterval, KeepAliveTimeout = config.PingInterval });
        var headers = HeadersOf(context.Request);
        var query = context.Request.QueryString.Value;
        var caller = KeyGuard.CallerOf(context, current.Value);
        await using var connection = new ResponsesSocket(socket, config, Math.Min(current.Value.Config.MaxRequestBodyBytes, budget.LargestBody), budget, time, (message, self, send) => AnswerAsync(message, self, send, headers, query, caller));
        await connection.RunAsync(lifetime.ApplicationStopping);
    }

    private async Task AnswerAsync(SocketMessage message, ResponsesSocket connection, Func<ReadOnlyMemory<byte>, ValueTask> send, IHeaderDictionary headers, string? query, Caller? caller)
    {
        try
        {
            var request = new ClientRequest(ApiFormat.Responses, RequestKind.Answer, RequestMemory.Of(message.Body, message.Lease), headers, current.Value, time, time.GetTimestamp()) { Query = query, Connection = connection.Turns, Caller = caller };
            if (!message.Generates)
            {
                await WarmUpAsync(request, connection, send);
                return;
            }

            using var response = new SocketResponse(send, connection.Left);
            var result = await pipeline.RunAsync(request, response);
            await response.EndAsync(result);
            Forget(connection, message, result.Failure?.Error.Status ?? response.Status);
        }
        catch (InvalidRequestException exception)
        {
            Forget(connection, message, StatusCodes.Status400BadRequest);
            await TrySendAsync(send, ClientError.InvalidRequest(exception));
        }
        catch (Exception exception) when (connection.Left.IsCancellationRequested && exception is OperationCanceledException or IOException or WebSocketException)
        {
            // The client left.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Failed(logger, exception);
            await TrySendAsync(send, ClientError.Internal());
        }
    }

    // A turn that was refused takes the one that it went on from off the connection, as OpenAI's servers and Open Responses have it: the client begins
    // anew. What passes by itself leaves it there, so that the same request may come again.
    private static void Forget(ResponsesSocket connection, SocketMessage message, int status)
    {
        if (status is < 400 or >= 500 or StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests)
            return;
        try
        {
            if (StateWish.Read(message.Body.Span).PreviousId is { } previous)
                connection.Turns.Remove(previous);
        }
        catch (InvalidRequestException)
        {
            // It names none that could be read.
        }
    }

    private async ValueTask WarmUpAsync(ClientRequest request, ResponsesSocket connection, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        using var response = new SocketResponse(send, connection.Left);
        if (await turns.WarmUpAsync(request, response) is { } problem)
            await send(SocketWords.Error(problem, null));
    }

    private static async ValueTask TrySendAsync(Func<ReadOnlyMemory<byte>, ValueTask> send, ClientError error)
    {
        try
        {
            await send(SocketWords.Error(error, null));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or WebSocketException or ObjectDisposedException)
        {
            // There is nobody to be told.
        }
    }

    // The connection's own headers say nothing of its requests.
    private static HeaderDictionary HeadersOf(HttpRequest request)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            if (!name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase) && name is not ("Connection" or "Upgrade" or "Host" or "Accept" or "Accept-Encoding" or "Content-Length"))
                headers[name] = value;
        }

        headers["Content-Type"] = "application/json";
        headers["Accept"] = "text/event-stream";
        return headers;
    }

    // A handshake of which a proxy on the way has left too little is as good as none.
    private static Task RefuseAsync(HttpContext context)
    {
        if (context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase))
            return RefuseUpgradeAsync(context);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = HttpMethods.Post;
        return Task.CompletedTask;
    }

    // Codex opens a WebSocket first: 426 sends it to HTTP at once, any other status only after several tries.
    private static Task RefuseUpgradeAsync(HttpContext context)
    {
        context.Response.Headers.Upgrade = "HTTP/1.1"; // RFC 9110, 15.5.22: what to use instead
        return ErrorResponse.WriteAsync(context, ApiFormat.Responses, new ClientError(StatusCodes.Status426UpgradeRequired, "WebSockets are not served here; send the request over HTTP", "UpgradeRequired"));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A request on a WebSocket failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
