using System.Collections.Concurrent;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Guards.Filters;

/// <summary>
/// Asks a filter of type <c>mcp</c>: calls its tool with <c>{body, path}</c> over streamable HTTP (https://modelcontextprotocol.io/specification). The
/// connection is kept, with servers that keep sessions as with those that do not; one that has ended is opened again. The tool's
/// <c>structuredContent.result</c>, else its first text, takes the place of what it was given; an error of the tool is a refusal.
/// </summary>
internal sealed class McpFilter(ILoggerFactory loggers) : IAsyncDisposable
{
    private const string DefaultPath = "/mcp";

    private readonly ConcurrentDictionary<(Uri Address, string Id), Connection> _connections = new();
    private readonly ILoggerFactory _loggers = loggers;
    private readonly HttpClient _http = new(UpstreamClients.CreateHandler(TimeSpan.FromSeconds(5))) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks.</summary>
    /// <exception cref="FilterFailedException">It failed.</exception>
    public async ValueTask<FilterReply> AskAsync(FilterConfig filter, FilterInput input, CancellationToken cancellationToken)
    {
        var connection = _connections.GetOrAdd((filter.Url, filter.Id), _ => new Connection(this, filter));
        var arguments = new Dictionary<string, object?> { ["body"] = BodyOf(input), ["path"] = input.Path };
        try
        {
            return Read(await connection.CallAsync(filter.Tool ?? filter.Id, arguments, cancellationToken), filter, input);
        }
        catch (JsonException exception)
        {
            throw new FilterFailedException($"what it answers is no JSON: {JsonProblem.Describe(exception)}", exception);
        }
        catch (Exception exception) when (exception is McpException or HttpRequestException or IOException or InvalidOperationException or NotSupportedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new FilterFailedException(exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
            await connection.DisposeAsync();
        _http.Dispose();
    }

    // A request as the object that it is; of an answer perhaps a piece.
    private static object BodyOf(FilterInput input)
    {
        if (!input.IsRequest)
            return Encoding.UTF8.GetString(input.Body.Span);
        using var document = JsonDocument.Parse(input.Body, WireJson.Reading);
        return document.RootElement.Clone();
    }

    private static FilterReply Read(CallToolResult result, FilterConfig filter, FilterInput input)
    {
        var text = result.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text;
        if (result.IsError == true)
            return new FilterReply(default, new FilterRefusal(StatusCodes.Status400BadRequest, text ?? "the tool failed"));
        var reply = result.StructuredContent is { } structured && JsonSerializer.SerializeToElement(structured) is { ValueKind: JsonValueKind.Object } content && content.TryGetProperty("result", out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
            : text ?? throw new FilterFailedException("its tool answered with neither structured content nor a text");
        if (!input.IsRequest && reply is ['"', .., '"'])
            reply = JsonSerializer.Deserialize<string>(reply)!;
        var bytes = Encoding.UTF8.GetBytes(reply);
        return bytes.Length <= filter.MaxSize ? new FilterReply(bytes) : throw new FilterFailedException($"its answer is larger than {filter.MaxSize} bytes (max_size)");
    }

    // One at a time connects; calls go side by side.
    private sealed class Connection(McpFilter owner, FilterConfig filter) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _gate = new(1);
        private McpClient? _client;

        public async ValueTask<CallToolResult> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
        {
            var client = await OpenAsync(null, cancellationToken);
            try
            {
                return await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
            }
            catch (Exception exception) when (exception is not McpProtocolException && !cancellationToken.IsCancellationRequested)
            {
                // The session has ended, or the server has been started anew and knows nothing of it.
                client = await OpenAsync(client, cancellationToken);
                return await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_client is not null)
                await _client.DisposeAsync();
            _gate.Dispose();
        }

        private async ValueTask<McpClient> OpenAsync(McpClient? broken, CancellationToken cancellationToken)
        {
            if (Volatile.Read(ref _client) is { } open && open != broken)
                return open;
            await _gate.WaitAsync(cancellationToken);
            try
            {
                if (_client is { } other && other != broken)
                    return other;
                var address = filter.Url.AbsolutePath == "/" ? new Uri(filter.Url, DefaultPath) : filter.Url;
                var transport = new HttpClientTransport(
                    new HttpClientTransportOptions { Endpoint = address, TransportMode = HttpTransportMode.StreamableHttp, Name = filter.Id, ConnectionTimeout = filter.Timeout },
                    owner._http, owner._loggers, ownsHttpClient: false);
                var client = await McpClient.CreateAsync(transport, new McpClientOptions { ClientInfo = new Implementation { Name = "modelscan", Version = "1.0.0" } }, owner._loggers, cancellationToken);
                _client = client;
                if (broken is not null)
                    await broken.DisposeAsync();
                return client;
            }
            finally
            {
                _gate.Release();
            }
        }
    }
}
