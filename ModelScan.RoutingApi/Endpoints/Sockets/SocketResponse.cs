using System.IO.Pipelines;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints.Sockets;

/// <summary>
/// An answer that goes to a client on a WebSocket: what routers write as server-sent events leaves as one message an event. Used by one request.
/// </summary>
/// <param name="send">Sends one message to the conversation.</param>
/// <param name="left">Cancelled when the client leaves.</param>
internal sealed class SocketResponse(Func<ReadOnlyMemory<byte>, ValueTask> send, CancellationToken left) : ClientResponse, IDisposable
{
    // What is not a stream is an error, or a response of a provider that does not stream.
    private const int LargestWhole = 64 << 20;

    private readonly PooledBuffer _whole = new();
    private SseReader? _events;
    private CollectingWriter? _body;
    private bool _hasBegun;
    private bool _isOver;

    /// <inheritdoc/>
    public override bool HasBegun => _hasBegun;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers { get; } = new HeaderDictionary();

    /// <inheritdoc/>
    public override PipeWriter Body => _body ??= new CollectingWriter(PassAsync);

    /// <inheritdoc/>
    public override CancellationToken ClientLeft => left;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        return Task.CompletedTask;
    }

    /// <summary>Says what has not been said: why there is no answer, or that it broke off.</summary>
    public async ValueTask EndAsync(RouteResult result)
    {
        if (left.IsCancellationRequested)
            return;
        if (_body is not null)
            await _body.FlushAsync(left);
        if (result.Failure is { } failure && !_hasBegun)
        {
            Begin(failure.Error.Status, AnswerHead.Of(result));
            if (failure.RetryAfter is { } retryAfter)
                Headers.RetryAfter = retryAfter;
            await send(SocketWords.Error(failure.Error, Headers));
        }
        else if (_events is null && _whole.WrittenCount > 0)
        {
            await send(Whole());
        }
        else if (!_isOver)
        {
            await send(SocketWords.Error(
                new ClientError(StatusCodes.Status502BadGateway, $"{result.Target?.Config.Provider ?? "the provider"}: connection lost: the answer broke off", "UpstreamUnavailable"), Headers));
        }
    }

    public void Dispose()
    {
        _events?.Dispose();
        _whole.Dispose();
        _body?.Dispose();
    }

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head) => ProxyHeaders.Write(Headers, head);

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes)
    {
        _hasBegun = true;
        if (_events is null && _whole.WrittenCount == 0 && Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            _events = new SseReader();
        if (_events is null)
        {
            if (_whole.WrittenCount + bytes.Length > LargestWhole)
                throw new IOException("the answer is larger than a WebSocket message may be");
            bytes.Span.CopyTo(_whole.GetSpan(bytes.Length));
            _whole.Advance(bytes.Length);
            return;
        }

        _events.Append(bytes.Span);
        while (TryReadEvent(out var message))
            await send(message);
    }

    private bool TryReadEvent(out ReadOnlyMemory<byte> message)
    {
        while (_events!.TryRead(out var next))
        {
            if (next.Data.IsEmpty || next.Data[0] != '{')
                continue;
            _isOver |= IsLast(next);
            message = next.Data.ToArray();
            return true;
        }

        message = default;
        return false;
    }

    private static bool IsLast(SseEvent next)
    {
        if (!next.Name.IsEmpty)
            return IsLast(next.Name);
        try
        {
            var reader = new Utf8JsonReader(next.Data);
            reader.Read();
            while (reader.NextMember())
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType)
                    return reader.TokenType == JsonTokenType.String && IsLast(reader.ValueSpan);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Whatever it is, it ends nothing.
        }

        return false;
    }

    private static bool IsLast(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8) || type.SequenceEqual("response.failed"u8) || type.SequenceEqual("response.cancelled"u8) || type.SequenceEqual("error"u8);

    private byte[] Whole()
    {
        try
        {
            using var document = JsonDocument.Parse(_whole.WrittenMemory, WireJson.Reading);
            if (Status < StatusCodes.Status400BadRequest)
                return SocketWords.Completed(_whole.WrittenSpan);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
                return SocketWords.Error(Status, error, Headers);
        }
        catch (JsonException)
        {
            // A provider, or a proxy before it, that says something in HTML.
        }

        return SocketWords.Error(new ClientError(Math.Max(Status, StatusCodes.Status400BadRequest), $"the provider answered with HTTP {Status}", "UpstreamError"), Headers);
    }
}
