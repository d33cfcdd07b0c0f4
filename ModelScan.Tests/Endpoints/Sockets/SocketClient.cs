using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints.Sockets;

/// <summary>A client of <c>/v1/responses</c> on a WebSocket.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SocketClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static Task<SocketClient> OpenAsync(GatewayUnderTest gateway, params (string Name, string Value)[] headers) => OpenAsync(gateway.Client.BaseAddress!, headers);

    public static async Task<SocketClient> OpenAsync(Uri gateway, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        socket.Options.CollectHttpResponseDetails = true;
        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = "/v1/responses" }.Uri, limit.Token);
        return new SocketClient(socket);
    }

    public async Task SendAsync(string message, bool isText = true)
    {
        using var limit = new CancellationTokenSource(Patience);
        await Socket.SendAsync(Encoding.UTF8.GetBytes(message), isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
    }

    /// <summary>The next message; <see langword="null"/> when the gateway closes the connection.</summary>
    public async Task<JsonObject?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var received = await Socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer.AsSpan(0, received.Count));
            if (received.EndOfMessage)
                return JsonNode.Parse(message.ToArray())!.AsObject();
        }
    }

    /// <summary>The messages of one response, to its end.</summary>
    public async Task<List<JsonObject>> ReadResponseAsync()
    {
        var events = new List<JsonObject>();
        while (await ReadAsync() is { } next)
        {
            events.Add(next);
            if (IsLast(next))
                return events;
        }

        throw new InvalidOperationException($"the connection was closed ({Socket.CloseStatus}) after {events.Count} messages");
    }

    /// <summary>Asks, and reads the answer to its end.</summary>
    public async Task<List<JsonObject>> AskAsync(string message)
    {
        await SendAsync(message);
        return await ReadResponseAsync();
    }

    public static bool IsLast(JsonObject message) => (string?)message["type"] is "response.completed" or "response.failed" or "response.incomplete" or "error";

    public static string IdOf(List<JsonObject> events) => (string)events[^1]["response"]!["id"]!;

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
