using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadTest.ColdStart;

/// <summary>
/// As many requests as the other side answers, on connections that stay open: bytes over sockets, so that the load costs little beside what
/// it measures. Answers must have a content-length.
/// </summary>
/// <param name="port">Where to, on 127.0.0.1.</param>
/// <param name="request">The request, head and body.</param>
internal sealed class SocketLoad(int port, byte[] request)
{
    private long _answers;
    private long _failures;

    /// <summary>Answers of status 200 so far.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Other answers so far.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(int connections, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SendAsync(cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    /// <summary>A request with a JSON body.</summary>
    public static byte[] Post(string path, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer load-test\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Sends one request; whether the answer has status 200.</summary>
    public static async Task<bool> AskAsync(int port, byte[] request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await socket.SendAsync(request, cancellationToken);
        return await ReceiveAsync(socket, new byte[8192], cancellationToken);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var buffer = new byte[8192];
        while (true)
        {
            await socket.SendAsync(request, cancellationToken);
            Interlocked.Increment(ref await ReceiveAsync(socket, buffer, cancellationToken) ? ref _answers : ref _failures);
        }
    }

    private static async Task<bool> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var (read, whole) = (0, 0); ;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken);
            if (more == 0)
                throw new InvalidOperationException("the measured program closed a connection");
            read += more;
            if (whole == 0)
                whole = WholeLength(buffer.AsSpan(0, read));
            if (whole > 0 && read >= whole)
                return buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8);
            if (read == buffer.Length)
                throw new InvalidOperationException("an answer is larger than expected");
        }
    }

    // Length of head and body; 0 until the head is there.
    private static int WholeLength(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return 0;
        var name = "content-length: "u8;
        for (var rest = answer[..head]; rest.IndexOf("\r\n"u8) is var end and >= 0;)
        {
            rest = rest[(end + 2)..];
            if (rest.Length > name.Length && Ascii.EqualsIgnoreCase(rest[..name.Length], name) && Utf8Parser.TryParse(rest[name.Length..], out int length, out _))
                return head + 4 + length;
        }

        throw new InvalidOperationException("an answer has no content-length");
    }
}
