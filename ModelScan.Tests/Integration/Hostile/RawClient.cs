using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>A client down to the bytes: a TCP connection that sends whatever it likes, and reads answers.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _end = new(Patience);
    private readonly List<byte> _received = [];

    private RawClient()
    {
    }

    /// <summary>Connects to a port of 127.0.0.1.</summary>
    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, client._end.Token);
        return client;
    }

    /// <summary>Sends one request on a connection of its own and reads the answer to its end.</summary>
    public static async Task<RawAnswer> AskAsync(Uri address, string request)
    {
        using var client = await ConnectAsync(address);
        await client.SendAsync(request);
        return await client.ReadAnswerAsync();
    }

    /// <summary>A POST with a JSON body; <paramref name="headers"/> are lines that end in <c>\r\n</c>.</summary>
    public static string Post(string path, string body, string headers = "", string host = "127.0.0.1", string contentType = "application/json") =>
        $"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, _end.Token)..];
    }

    /// <summary>Says that nothing more will come, and goes on listening.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Reads until the answer is there whole, or the other side has closed.</summary>
    public async Task<RawAnswer> ReadAnswerAsync()
    {
        while (true)
        {
            if (RawAnswer.TryRead([.. _received]) is { } answer)
                return answer;
            if (!await ReceiveAsync())
                return RawAnswer.Cut([.. _received]);
        }
    }

    /// <summary>Reads until <paramref name="text"/> has come.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (true)
        {
            var received = Encoding.UTF8.GetString([.. _received]);
            if (received.Contains(text, StringComparison.Ordinal))
                return received;
            if (!await ReceiveAsync())
                throw new InvalidOperationException($"the connection ended after: {received}");
        }
    }

    /// <summary>Reads until the other side has closed; everything that came.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
            // More may come.
        }

        return Encoding.UTF8.GetString([.. _received]);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var read = await _socket.ReceiveAsync(buffer, _end.Token);
            _received.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Status">0 where not even a status line came.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">The body, chunks joined.</param>
/// <param name="IsWhole">Whether it came to its end.</param>
internal sealed record RawAnswer(int Status, string Head, string Body, bool IsWhole)
{
    public string? Header(string name) => Head.Split("\r\n").Skip(1).Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    public static RawAnswer? TryRead(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        var head = text[..end];
        var body = text[(end + 4)..];
        var answer = new RawAnswer(StatusOf(head), head, "", true);
        if (answer.Header("transfer-encoding") == "chunked")
            return Chunks(body, out var isWhole) is var joined && isWhole ? answer with { Body = joined } : null;
        var length = int.Parse(answer.Header("content-length") ?? "0", null);
        return body.Length >= length ? answer with { Body = Utf8(body[..length]) } : null;
    }

    public static RawAnswer Cut(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = end < 0 ? text : text[..end];
        var body = end < 0 ? "" : text[(end + 4)..];
        return new RawAnswer(StatusOf(head), head, head.Contains("chunked", StringComparison.OrdinalIgnoreCase) ? Chunks(body, out _) : Utf8(body), false);
    }

    private static int StatusOf(string head) => head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && head.Length >= 12 ? int.Parse(head.AsSpan(9, 3), null) : 0;

    private static string Chunks(string body, out bool isWhole)
    {
        var joined = new StringBuilder();
        isWhole = false;
        for (var at = 0; body.IndexOf("\r\n", at, StringComparison.Ordinal) is var end and >= 0;)
        {
            var length = Convert.ToInt32(body[at..end], 16);
            if (length == 0)
            {
                isWhole = body.AsSpan(end + 2).StartsWith("\r\n");
                break;
            }

            joined.Append(body.AsSpan(end + 2, Math.Min(length, body.Length - end - 2)));
            at = end + 2 + length + 2;
            if (at > body.Length)
                break;
        }

        return Utf8(joined.ToString());
    }

    private static string Utf8(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}
