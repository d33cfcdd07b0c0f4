using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelScan.Tests.Support;

/// <summary>
/// A provider down to the bytes: a TCP server that gives every connection's requests to a script, which writes whatever it likes,
/// whenever it likes. For what no well-behaved server does.
/// </summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawRequest, Task> _script;
    private readonly Task _accepting;
    private readonly List<Task> _connections = [];
    private int _requests;

    private RawUpstream(Func<RawRequest, Task> script)
    {
        _script = script;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How many requests have arrived.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static RawUpstream Start(Func<RawRequest, Task> script) => new(script);

    /// <summary>A provider that gives everyone the same answer.</summary>
    public static RawUpstream Start(string answer) => new(request => request.SendAsync(answer));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(30));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                while (await RawRequest.ReadAsync(socket, _stop.Token) is { } request)
                {
                    Interlocked.Increment(ref _requests);
                    await _script(request);
                    if (request.IsClosed)
                        return;
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The other side left, or the test is over.
            }
        }
    }
}

/// <summary>One request at a <see cref="RawUpstream"/>, and the connection that it came on.</summary>
internal sealed class RawRequest
{
    private readonly Socket _socket;

    private RawRequest(Socket socket, string head, byte[] body, CancellationToken testOver) => (_socket, Head, Body, TestOver) = (socket, head, body, testOver);

    /// <summary>Request line and headers.</summary>
    public string Head { get; }

    public byte[] Body { get; }

    /// <summary>Cancelled when the test ends.</summary>
    public CancellationToken TestOver { get; }

    public bool IsClosed { get; private set; }

    public static async Task<RawRequest?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new List<byte>();
        var buffer = new byte[64 * 1024];
        var headEnd = -1;
        while (headEnd < 0)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0)
                return null;
            received.AddRange(buffer.AsSpan(0, read));
            headEnd = Encoding.Latin1.GetString([.. received]).IndexOf("\r\n\r\n", StringComparison.Ordinal);
        }

        var head = Encoding.Latin1.GetString([.. received[..headEnd]]);
        var length = head.Split("\r\n").Where(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line.AsSpan(15), null)).FirstOrDefault();
        while (received.Count < headEnd + 4 + length)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0)
                return null;
            received.AddRange(buffer.AsSpan(0, read));
        }

        var isChunked = head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase);
        while (isChunked && Unchunked(received, headEnd + 4) is null)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0)
                return null;
            received.AddRange(buffer.AsSpan(0, read));
        }

        return new RawRequest(socket, head, isChunked ? Unchunked(received, headEnd + 4)! : [.. received[(headEnd + 4)..]], cancellationToken);
    }

    // Null while the last chunk is not there.
    private static byte[]? Unchunked(List<byte> received, int start)
    {
        var body = new List<byte>();
        for (var at = start; ;)
        {
            var end = received.IndexOf((byte)'\n', at);
            if (end < 0)
                return null;
            var size = Convert.ToInt32(Encoding.ASCII.GetString([.. received[at..(end - 1)]]), 16);
            if (received.Count < end + 1 + size + 2)
                return null;
            if (size == 0)
                return [.. body];
            body.AddRange(received[(end + 1)..(end + 1 + size)]);
            at = end + 1 + size + 2;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, TestOver)..];
    }

    /// <summary>Sends the head of a chunked answer.</summary>
    public Task BeginChunkedAsync(string contentType = "text/event-stream", string moreHeaders = "") =>
        SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: {contentType}\r\ntransfer-encoding: chunked\r\n{moreHeaders}\r\n");

    public Task SendChunkAsync(string text) => SendChunkAsync(Encoding.UTF8.GetBytes(text));

    public Task SendChunkAsync(byte[] bytes) => SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);

    public Task EndChunkedAsync() => SendAsync("0\r\n\r\n");

    /// <summary>Ends the connection in the middle of whatever was being said.</summary>
    public void Close()
    {
        IsClosed = true;
        _socket.Close();
    }

    /// <summary>Waits until the other side has closed the connection.</summary>
    public async Task WaitForCloseAsync()
    {
        var buffer = new byte[1];
        try
        {
            while (await _socket.ReceiveAsync(buffer, TestOver) > 0)
            {
                // Whatever it still says does not matter.
            }
        }
        catch (SocketException)
        {
            // A reset is a close, too.
        }

        IsClosed = true;
    }
}
