using System.Buffers;
using System.Net.WebSockets;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints.Sockets;

/// <summary>
/// One WebSocket of <c>/v1/responses</c>, from its first message to its last:
/// <list type="number">
/// <item>one loop reads messages; while it waits it holds no memory, so that an idle connection costs little;</item>
/// <item>messages of one conversation (<c>stream_id</c>) are answered one after the other, those of several at the same time, up to
/// <see cref="MostAtOnce"/>;</item>
/// <item>messages to the client leave one at a time; one that does not take them slows its own answers down, and is given up after
/// <see cref="LongestSend"/>;</item>
/// <item>when the client leaves, what is being answered ends at the providers, too.</item>
/// </list>
/// What is wrong with a message is said in an <c>error</c> event, and the connection goes on; what is wrong with the connection closes it
/// (RFC 6455, 7.4): 1000 idle or at the end of its lifetime, 1001 the gateway stops, 1003 binary, 1009 too large, 1013 no memory left.
/// </summary>
internal sealed class ResponsesSocket : IAsyncDisposable
{
    /// <summary>Most responses that are being answered on one connection.</summary>
    public const int MostAtOnce = 16;

    /// <summary>Most conversations with names of their own on one connection.</summary>
    public const int MostStreams = 32;

    // Of IANA's registry of close codes; .NET has no name for it.
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private const int MostWaiting = 256;
    private const int FirstBuffer = 4096;
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    private readonly WebSocket _socket;
    private readonly WebSocketConfig _config;
    private readonly long _maxMessage;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _time;
    private readonly Func<SocketMessage, ResponsesSocket, Func<ReadOnlyMemory<byte>, ValueTask>, Task> _answer;
    private readonly CancellationTokenSource _left = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _slots = new(MostAtOnce);
    private readonly Dictionary<string, Task> _streams = new(StringComparer.Ordinal);
    private readonly ITimer _watch;
    private readonly long _opened;
    private Task _unnamed = Task.CompletedTask;
    private long _lastUse;
    private long _sendBegan;
    private int _open;
    private bool _isClosing;

    /// <summary>Begins a connection.</summary>
    /// <param name="socket">An accepted WebSocket; disposed by whoever accepted it.</param>
    /// <param name="config">Its limits.</param>
    /// <param name="maxMessage">Largest message in bytes.</param>
    /// <param name="budget">Where the memory for messages comes from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="answer">Answers a message by sending others; never throws.</param>
    public ResponsesSocket(WebSocket socket, WebSocketConfig config, long maxMessage, MemoryBudget budget, TimeProvider time, Func<SocketMessage, ResponsesSocket, Func<ReadOnlyMemory<byte>, ValueTask>, Task> answer)
    {
        (_socket, _config, _maxMessage, _budget, _time, _answer) = (socket, config, maxMessage, budget, time, answer);
        _opened = _lastUse = time.GetTimestamp();
        var period = TimeSpan.FromTicks(Math.Clamp(Math.Min(config.IdleTimeout.Ticks, config.Lifetime.Ticks) / 4, TimeSpan.FromMilliseconds(50).Ticks, TimeSpan.FromSeconds(15).Ticks));
        _watch = time.CreateTimer(static self => ((ResponsesSocket)self!).Watch(), this, period, period);
    }

    /// <summary>The turns that the next ones can go on from.</summary>
    public ConnectionTurns Turns { get; } = new(16 << 20);

    /// <summary>Cancelled when the client leaves.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Reads and answers messages until the client leaves, or has to.</summary>
    /// <param name="stopping">Cancelled when the gateway stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var registration = stopping.UnsafeRegister(static self => _ = ((ResponsesSocket)self!).StopAsync(), this);
        try
        {
            while (await ReadAsync() is { } message)
                await TakeAsync(message.Bytes, message.Lease);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // It broke off, or was given up.
        }
        finally
        {
            await _left.CancelAsync();
            await Task.WhenAll([_unnamed, .. _streams.Values]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _left.Dispose();
        _sending.Dispose();
        _slots.Dispose();
    }

    // Null when the connection is over.
    private async ValueTask<(ReadOnlyMemory<byte> Bytes, MemoryLease Lease)?> ReadAsync()
    {
        var first = await _socket.ReceiveAsync(Memory<byte>.Empty, Left);
        if (first.MessageType == WebSocketMessageType.Text && first.EndOfMessage)
            return (default, new MemoryLease(_budget));
        var lease = new MemoryLease(_budget);
        var isTaken = false;
        var buffer = BytePool.Rent(FirstBuffer);
        try
        {
            for (var (length, type, isOver) = (0, first.MessageType, false); ;)
            {
                if (type != WebSocketMessageType.Text)
                {
                    await (type == WebSocketMessageType.Close ? SayGoodbyeAsync() : CloseAsync(WebSocketCloseStatus.InvalidMessageType, "messages are JSON in text frames"));
                    return null;
                }

                if (isOver)
                {
                    isTaken = true;
                    return (buffer.AsSpan(0, length).ToArray(), lease);
                }

                if (length > _maxMessage)
                {
                    await CloseAsync(WebSocketCloseStatus.MessageTooBig, $"a message may have {_maxMessage} bytes");
                    return null;
                }

                if (length == buffer.Length)
                {
                    lease.ReserveHeld(buffer.Length * 2L);
                    buffer = Grow(buffer);
                }

                var received = await _socket.ReceiveAsync(buffer.AsMemory(length), Left);
                (length, type, isOver) = (length + received.Count, received.MessageType, received.EndOfMessage);
            }
        }
        catch (MemoryBudgetException exception)
        {
            await CloseAsync(TryAgainLater, exception.Message);
            return null;
        }
        finally
        {
            BytePool.Return(buffer);
            if (!isTaken)
                lease.Dispose();
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = BytePool.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        BytePool.Return(buffer);
        return larger;
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes, MemoryLease lease)
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        SocketMessage message;
        try
        {
            message = SocketMessage.Read(bytes) with { Lease = lease };
        }
        catch (InvalidRequestException exception)
        {
            lease.Dispose();
            await SendAsync(SocketMessage.StreamIdOf(bytes.Span), SocketWords.Error(ClientError.InvalidRequest(exception), null));
            return;
        }

        if (Refusal(message) is { } refusal)
        {
            lease.Dispose();
            await SendAsync(message.StreamId, SocketWords.Error(refusal, null));
            return;
        }

        Interlocked.Increment(ref _open);
        if (message.StreamId is { } stream)
            _streams[stream] = AnswerAfterAsync(_streams.GetValueOrDefault(stream, Task.CompletedTask), message);
        else
            _unnamed = AnswerAfterAsync(_unnamed, message);
    }

    private ClientError? Refusal(SocketMessage message)
    {
        if (_isClosing || _time.GetElapsedTime(_opened) >= _config.Lifetime)
            return new ClientError(StatusCodes.Status400BadRequest, "this connection takes no more requests; open another one", "websocket_connection_limit_reached");
        if (Volatile.Read(ref _open) >= MostWaiting)
            return new ClientError(StatusCodes.Status429TooManyRequests, $"{MostWaiting} requests wait on this connection already", "RateLimited");
        if (message.StreamId is not { } stream || _streams.ContainsKey(stream))
            return null;
        if (_streams.Count >= MostStreams)
        {
            foreach (var (name, last) in _streams.ToArray())
            {
                if (last.IsCompleted)
                    _streams.Remove(name);
            }
        }

        return _streams.Count < MostStreams ? null : new ClientError(StatusCodes.Status400BadRequest, $"a connection has at most {MostStreams} streams with names", "websocket_stream_limit_reached", "stream_id");
    }

    private async Task AnswerAfterAsync(Task before, SocketMessage message)
    {
        await before;
        await Task.Yield();
        try
        {
            await _slots.WaitAsync(Left);
        }
        catch (OperationCanceledException)
        {
            message.Lease?.Dispose();
            Interlocked.Decrement(ref _open);
            return;
        }

        try
        {
            await _answer(message, this, bytes => SendAsync(message.StreamId, bytes));
        }
        finally
        {
            Volatile.Write(ref _lastUse, _time.GetTimestamp());
            message.Lease?.Dispose();
            Interlocked.Decrement(ref _open);
            _slots.Release();
        }
    }

    // {"type": …} becomes {"stream_id": "a", "type": …}.
    private async ValueTask SendAsync(string? stream, ReadOnlyMemory<byte> message)
    {
        if (stream is not null)
            message = (byte[])[.. "{\"stream_id\":"u8, .. EscapedText.TokenOf(stream), (byte)',', .. message.Span[1..]];
        await _sending.WaitAsync(Left);
        try
        {
            Volatile.Write(ref _sendBegan, _time.GetTimestamp());
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, Left);
        }
        catch (WebSocketException exception)
        {
            await _left.CancelAsync();
            throw new OperationCanceledException("the client left", exception, Left);
        }
        finally
        {
            Volatile.Write(ref _sendBegan, 0);
            _sending.Release();
        }
    }

    private void Watch()
    {
        var began = Volatile.Read(ref _sendBegan);
        if (began != 0 && _time.GetElapsedTime(began) > LongestSend)
        {
            _socket.Abort();
            return;
        }

        if (_isClosing || Volatile.Read(ref _open) > 0)
            return;
        if (_time.GetElapsedTime(_opened) >= _config.Lifetime)
            _ = CloseAsync(WebSocketCloseStatus.NormalClosure, "the connection has reached its limit of time; open another one");
        else if (_time.GetElapsedTime(Volatile.Read(ref _lastUse)) >= _config.IdleTimeout)
            _ = CloseAsync(WebSocketCloseStatus.NormalClosure, "idle");
    }

    private async Task StopAsync()
    {
        _isClosing = true;
        var began = _time.GetTimestamp();
        while (Volatile.Read(ref _open) > 0 && _time.GetElapsedTime(began) < LongestDrain)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
        await CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "the gateway stops");
    }

    private async Task SayGoodbyeAsync()
    {
        if (_socket.State == WebSocketState.CloseReceived)
            await CloseAsync(_socket.CloseStatus is { } status and not WebSocketCloseStatus.Empty ? status : WebSocketCloseStatus.NormalClosure, null);
    }

    // The reading loop ends when the client says goodbye, too, or not in time.
    private async Task CloseAsync(WebSocketCloseStatus status, string? why)
    {
        _isClosing = true;
        try
        {
            await _sending.WaitAsync(Left);
            try
            {
                using var limit = new CancellationTokenSource(LongestGoodbye, _time);
                if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await _socket.CloseOutputAsync(status, why, limit.Token);
            }
            finally
            {
                _sending.Release();
            }

            if (_socket.State == WebSocketState.CloseSent)
                _left.CancelAfter(LongestGoodbye);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is over already.
        }
    }
}
