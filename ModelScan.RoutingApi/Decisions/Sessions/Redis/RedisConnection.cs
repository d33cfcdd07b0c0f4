using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>The server refused to let us in.</summary>
internal sealed class RedisRefusedException(string message) : Exception(message);

/// <summary>
/// One connection that all requests share. Commands are appended to a buffer and leave together as soon as the socket takes
/// them; replies come back in the order of the commands. Nobody waits for another one's round trip.
/// <para>
/// Because the order holds, a read sees every write that was sent before it. Because the order holds, too, one reply that is
/// overdue delays all behind it: after <see cref="CommandTimeout"/> the connection is given up with everything on it.
/// </para>
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>Time for name, TCP, TLS and sign-in together.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Age at which the oldest unanswered command ends the connection.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Commands that may be unanswered at a time; more are turned away.</summary>
    public const int MaxPending = 1024;

    private const int MaxUnsentBytes = 4 * 1024 * 1024;
    private const int MaxKeptBufferBytes = 256 * 1024;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PingAfterIdle = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _life = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Queue<PendingReply> _pending = new();
    private ArrayBufferWriter<byte> _unsent = new();
    private ArrayBufferWriter<byte> _sending = new();
    private bool _isWriting;
    private bool _isClosed;
    private long _lastSent;
    private ITimer? _watch;

    private RedisConnection(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        _lastSent = time.GetTimestamp();
    }

    /// <summary>Ends, with the reason, when the connection does; never fails.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Connects, signs in, selects the database and sees an answer to PING.</summary>
    /// <exception cref="RedisRefusedException">The server said no.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="ConnectTimeout"/>.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    /// <exception cref="AuthenticationException">TLS failed.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisEndpoint endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        RedisConnection? connection = null;
        try
        {
            connection = new RedisConnection(await DialAsync(endpoint, either.Token), time);
            connection.Start();
            await connection.SignInAsync(endpoint, either.Token);
            return connection;
        }
        catch (Exception e)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            if (e is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw new TimeoutException("The server did not answer in time.", e);
            throw;
        }
    }

    /// <summary>Whether the oldest unanswered command is older than <paramref name="age"/>, so that a new one would wait at least as long.</summary>
    public bool IsStalled(TimeSpan age)
    {
        lock (_lock)
            return _isClosed || (_pending.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.SentAt) > age);
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">The encoded command.</param>
    /// <param name="reply">The reply to come: <see cref="RespKind.Lost"/> when the connection ends first, and never an exception.</param>
    /// <returns>Whether it was taken; not so when the connection is closed or has too much to do.</returns>
    public bool TrySend(ReadOnlySpan<byte> command, [NotNullWhen(true)] out Task<RespReply>? reply)
    {
        reply = null;
        var pending = new PendingReply(_time.GetTimestamp());
        lock (_lock)
        {
            if (_isClosed || _pending.Count >= MaxPending || _unsent.WrittenCount + command.Length > MaxUnsentBytes)
                return false;
            _unsent.Write(command);
            _pending.Enqueue(pending);
            _lastSent = pending.SentAt;
            reply = pending.Task;
            if (_isWriting)
                return true;
            _isWriting = true;
        }

        _ = WriteUnsentAsync();
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync("closed");

    private static async Task<Stream> DialAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(new DnsEndPoint(endpoint.Host, endpoint.Port), cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (!endpoint.UseTls)
                return stream;
            var encrypted = new SslStream(stream);
            stream = encrypted;
            await encrypted.AuthenticateAsClientAsync(TlsOptionsOf(endpoint), cancellationToken);
            return encrypted;
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "The operator's URL asks for it with #insecure.")]
    private static SslClientAuthenticationOptions TlsOptionsOf(RedisEndpoint endpoint) => new()
    {
        TargetHost = endpoint.Host,
        RemoteCertificateValidationCallback = endpoint.AcceptAnyCertificate ? static (_, _, _, _) => true : null,
    };

    private void Start()
    {
        _ = ReadRepliesAsync();
        var watch = _time.CreateTimer(static connection => ((RedisConnection)connection!).Watch(), this, WatchInterval, WatchInterval);
        lock (_lock)
        {
            _watch = watch;
            if (_isClosed)
                watch.Dispose();
        }
    }

    private async Task SignInAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Password is { } password)
            await ExpectDoneAsync("AUTH", endpoint.User is { } user ? [user, password] : [password], cancellationToken);
        if (endpoint.Database != 0)
            await ExpectDoneAsync("SELECT", [endpoint.Database.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        await ExpectDoneAsync("PING", [], cancellationToken);
    }

    // Of an error only its code is told on: some servers repeat the arguments in its text, and one of them is the password.
    private async Task ExpectDoneAsync(string command, string[] arguments, CancellationToken cancellationToken)
    {
        var reply = TrySend(RespCommand.Of([command, .. arguments]), out var sent) ? await sent.WaitAsync(cancellationToken) : default;
        if (reply.Kind == RespKind.Lost)
            throw new IOException(_closed.Task.IsCompleted ? await _closed.Task : "The connection ended.");
        if (reply.Kind != RespKind.Done)
            throw new RedisRefusedException($"{command} was answered with {reply.Message?.Split(' ')[0] ?? "something else"}.");
    }

    // Whoever finds nobody writing becomes the writer: of its own command on its own thread, of what came meanwhile on another one.
    private async Task WriteUnsentAsync()
    {
        try
        {
            for (var isOwn = true; TakeUnsent(); isOwn = false)
            {
                if (!isOwn)
                    await Task.Yield();
                await _stream.WriteAsync(_sending.WrittenMemory, _life.Token);
                if (_sending.Capacity > MaxKeptBufferBytes)
                    _sending = new ArrayBufferWriter<byte>();
                _sending.ResetWrittenCount();
            }
        }
        catch (Exception e) when (EndsConnection(e))
        {
            await CloseAsync(e.Message);
        }
    }

    private bool TakeUnsent()
    {
        lock (_lock)
        {
            if (_unsent.WrittenCount == 0 || _isClosed)
            {
                _isWriting = false;
                return false;
            }

            (_unsent, _sending) = (_sending, _unsent);
            return true;
        }
    }

    private async Task ReadRepliesAsync()
    {
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        var replies = new RespReader();
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(_life.Token);
                var buffer = result.Buffer;
                while (replies.TryRead(ref buffer, out var reply))
                    Deliver(reply);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    break;
            }

            await CloseAsync("The server closed the connection.");
        }
        catch (Exception e) when (EndsConnection(e))
        {
            await CloseAsync(e.Message);
        }

        await reader.CompleteAsync();
    }

    private void Deliver(in RespReply reply)
    {
        PendingReply? pending;
        lock (_lock)
            _pending.TryDequeue(out pending);
        if (pending is not null)
            pending.TrySetResult(reply);
        else if (!_life.IsCancellationRequested)
            throw new RespFormatException("A reply came that nobody asked for.");
    }

    private void Watch()
    {
        bool overdue, idle;
        lock (_lock)
        {
            overdue = _pending.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.SentAt) >= CommandTimeout;
            idle = _pending.Count == 0 && _time.GetElapsedTime(_lastSent) >= PingAfterIdle;
        }

        if (overdue)
            _ = CloseAsync("The server did not answer a command in time.");
        else if (idle)
            TrySend(RespCommand.Of("PING"), out _);
    }

    private async Task CloseAsync(string reason)
    {
        PendingReply[] lost;
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            lost = [.. _pending];
            _pending.Clear();
        }

        _closed.TrySetResult(reason);
        foreach (var pending in lost)
            pending.TrySetResult(default);
        await _life.CancelAsync();
        if (_watch is not null)
            await _watch.DisposeAsync();
        await _stream.DisposeAsync();
        _life.Dispose();
    }

    private static bool EndsConnection(Exception e)
        => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or RespFormatException or InvalidOperationException;

    private sealed class PendingReply(long sentAt) : TaskCompletionSource<RespReply>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long SentAt { get; } = sentAt;
    }
}
