using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace DisconnectProbe;

/// <summary>
/// A provider that never finishes: it takes a request, begins a stream if it was asked for one, and then waits for the other
/// side to end the connection, noting when that happens.
/// </summary>
internal sealed class WaitingProvider : IAsyncDisposable
{
    private const string StreamStart = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"}}]}\n\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<long> _arrivals = Channel.CreateUnbounded<long>();
    private readonly Channel<long> _ends = Channel.CreateUnbounded<long>();
    private readonly Task _accepting;

    public WaitingProvider()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>When each request was there, as timestamps of <see cref="Stopwatch"/>.</summary>
    public ChannelReader<long> Arrivals => _arrivals;

    /// <summary>When each request was cancelled, as timestamps of <see cref="Stopwatch"/>.</summary>
    public ChannelReader<long> Ends => _ends;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                var request = await ReadAsync(socket, buffer);
                if (request.Contains("\"stream\":true", StringComparison.Ordinal))
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{StreamStart.Length:x}\r\n{StreamStart}\r\n"), _stop.Token);
                }

                _arrivals.Writer.TryWrite(Stopwatch.GetTimestamp());
                await socket.ReceiveAsync(buffer, _stop.Token);
            }
            catch (SocketException)
            {
                // A reset ends it as well.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _ends.Writer.TryWrite(Stopwatch.GetTimestamp());
        }
    }

    // The whole request; it fits the buffer.
    private async Task<string> ReadAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && text.IndexOf('}', end) >= 0 && text.EndsWith('}')))
                return text;
        }
    }
}
