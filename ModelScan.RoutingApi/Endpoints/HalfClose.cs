using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Tells a client that has left from one that has only said all that it will say (a TCP half-close, as <c>nc -N</c> does). Both send the same FIN, and
/// the server takes it for the former: an answer that nobody reads costs money. So before anything has been answered the client is asked:
/// <code>
/// client  FIN ─▶
///         ◀─ HTTP/1.1 100 Continue     which every client passes over (RFC 9110, 15.2)
/// client  RST ─▶                       from one that has left; nothing from one that listens
/// </code>
/// Only on plain connections, for HTTP/1.1, and before the first byte of the first answer: otherwise the FIN means what the server thinks.
/// </summary>
internal static class HalfClose
{
    private static ReadOnlySpan<byte> Question => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    // Longer than a client's answer is on its way; then it listens.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Watches an endpoint.</summary>
    public static void Watch(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }

        using var watched = new Watched(connection, socket);
        connection.Features.Set(watched);
        await next(connection);
    });

    /// <summary>Takes note that there is a request, and in which version of HTTP.</summary>
    public static Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<Watched>()?.Note(HttpProtocol.IsHttp11(context.Request.Protocol));
        return next(context);
    }

    /// <summary>A connection that is watched.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _left = new();
        private readonly CancellationTokenRegistration _registration;
        private readonly Socket _socket;
        private readonly TaskCompletionSource<bool> _mayAsk = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isWritten;
        private bool _isOver;

        public Watched(ConnectionContext connection, Socket socket)
        {
            _socket = socket;
            var closed = connection.ConnectionClosed;
            connection.ConnectionClosed = _left.Token;
            connection.Transport = new Pipes(connection.Transport.Input, new NotingWriter(connection.Transport.Output, this));
            _registration = closed.UnsafeRegister(static self => _ = ((Watched)self!).FindOutAsync(), this);
        }

        /// <summary>There is a request.</summary>
        public void Note(bool isHttp11)
        {
            if (!_mayAsk.Task.IsCompleted)
                _mayAsk.TrySetResult(isHttp11);
        }

        public void Dispose()
        {
            _registration.Dispose();
            lock (_gate)
                _isOver = true;
            _mayAsk.TrySetResult(false);
            _left.Dispose();
        }

        private void Write()
        {
            if (Volatile.Read(ref _isWritten))
                return;
            lock (_gate)
                _isWritten = true;
        }

        // The FIN may be here before the request has been read. Where there is none, the server sees for itself that nothing more comes.
        private async Task FindOutAsync()
        {
            if (!Volatile.Read(ref _isWritten) && await _mayAsk.Task && TryAsk())
            {
                for (var (waited, pause) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(1)); waited < Patience; waited += pause, pause *= 2)
                {
                    if (HasFailed())
                    {
                        Leave();
                        return;
                    }

                    await Task.Delay(pause); // the network's time, whatever the gateway's clock is
                }

                if (!HasFailed())
                    return;
            }

            Leave();
        }

        // So short that the system takes it as a whole: nothing else is on its way on this connection.
        private bool TryAsk()
        {
            lock (_gate)
            {
                if (_isWritten || _isOver)
                    return false;
                try
                {
                    return _socket.Send(Question, SocketFlags.None) == Question.Length;
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    return false; // it was a reset
                }
            }
        }

        private bool HasFailed()
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectError);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }

        private void Leave()
        {
            lock (_gate)
            {
                if (_isOver)
                    return;
                _isOver = true;
            }

            try
            {
                _left.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The connection has ended meanwhile.
            }
        }

        private sealed class Pipes(PipeReader input, PipeWriter output) : IDuplexPipe
        {
            public PipeReader Input => input;

            public PipeWriter Output => output;
        }

        // Takes note of the first byte.
        private sealed class NotingWriter(PipeWriter inner, Watched watched) : PipeWriter
        {
            public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

            public override long UnflushedBytes => inner.UnflushedBytes;

            public override void Advance(int bytes) => inner.Advance(bytes);

            public override void CancelPendingFlush() => inner.CancelPendingFlush();

            public override void Complete(Exception? exception = null) => inner.Complete(exception);

            public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

            public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            {
                watched.Write();
                return inner.FlushAsync(cancellationToken);
            }

            public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

            public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

            public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
            {
                watched.Write();
                return inner.WriteAsync(source, cancellationToken);
            }
        }
    }
}
