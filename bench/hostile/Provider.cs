using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hostile;

/// <summary>
/// A provider of all three formats, down to the bytes. What it does is what the model is called: <c>ok</c>, <c>slow</c>, <c>large-N</c> (an
/// answer of N MB), or one of its faults.
/// </summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public Provider()
    {
        _listener.Start(backlog: 1024);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

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
                var buffer = new byte[64 * 1024];
                while (await ReadAsync(socket, buffer) is { } request && await AnswerAsync(socket, request))
                {
                    // The next one.
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The other side left, or it is over.
            }
        }
    }

    private async Task<Asked?> ReadAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        int headEnd;
        while ((headEnd = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = length == buffer.Length ? 0 : await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
            if (read == 0)
                return null;
            length += read;
        }

        var head = Encoding.Latin1.GetString(buffer, 0, headEnd);
        var bodyLength = head.Split("\r\n").Where(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)).Select(line => long.Parse(line.AsSpan(15), CultureInfo.InvariantCulture)).FirstOrDefault();

        // The model and the wish for a stream stand at either end of a body, whatever is between.
        var begun = Encoding.UTF8.GetString(buffer, headEnd + 4, length - headEnd - 4);
        var ended = begun;
        for (var left = bodyLength - (length - headEnd - 4); left > 0;)
        {
            var read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
                return null;
            left -= read;
            var piece = Encoding.UTF8.GetString(buffer, 0, read);
            if (begun.Length < 4096)
                begun += piece;
            ended = ended.Length + piece.Length > 8192 ? (ended + piece)[^8192..] : ended + piece;
        }

        var text = begun + ended;
        var at = text.IndexOf("\"model\":\"", StringComparison.Ordinal);
        var model = at < 0 ? "ok" : text[(at + 9)..text.IndexOf('"', at + 9)];
        return new Asked(head.Split(' ')[1], model, text.Contains("\"stream\":true", StringComparison.Ordinal));
    }

    // Whether the connection goes on.
    private async Task<bool> AnswerAsync(Socket socket, Asked asked)
    {
        switch (asked.Model)
        {
            case "cut":
                return false;
            case "reset":
                socket.LingerState = new LingerOption(true, 0);
                return false;
            case "silent":
                await Task.Delay(TimeSpan.FromMinutes(5), _stop.Token);
                return false;
            case "redirect":
                await SendAsync(socket, "HTTP/1.1 302 Found\r\nlocation: http://inner.corp/\r\ncontent-length: 0\r\n\r\n");
                return true;
            case "two-lengths":
                await SendAsync(socket, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}");
                return false;
            case "no-http":
                await SendAsync(socket, "hello\r\n\r\n");
                return false;
            case "400" or "429" or "500" or "503":
                await SendAsync(socket, Whole(int.Parse(asked.Model, CultureInfo.InvariantCulture), Words.Error(asked.Path)));
                return true;
            case "slow":
                await Task.Delay(300, _stop.Token);
                break;
            case var large when large.StartsWith("large-", StringComparison.Ordinal) && !asked.IsStream:
                await SendLargeAsync(socket, asked, int.Parse(large.AsSpan(6), CultureInfo.InvariantCulture));
                return true;
        }

        if (!asked.IsStream)
        {
            var answer = Words.Answer(asked.Path, "Here it is.");
            if (asked.Model == "cut-within")
            {
                await SendAsync(socket, Whole(200, answer)[..^20]);
                return false;
            }

            await SendAsync(socket, Whole(200, asked.Model == "garbage" ? "this is no JSON" : answer));
            return true;
        }

        await SendAsync(socket, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
        var events = Words.Events(asked.Path);
        for (var i = 0; i < events.Length; i++)
        {
            if (asked.Model == "cut-within" && i == events.Length / 2)
                return false;
            var text = asked.Model == "garbage" && i == 1 ? "data: this is no JSON\n\n" : events[i];
            await SendAsync(socket, string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n"));
            await Task.Delay(5, _stop.Token);
        }

        await SendAsync(socket, "0\r\n\r\n");
        return true;
    }

    private async Task SendLargeAsync(Socket socket, Asked asked, int megabytes)
    {
        const string Mark = "@@@@";
        var parts = Words.Answer(asked.Path, Mark).Split(Mark);
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("some words of an answer ", 1 << 16)))[..(1 << 20)];
        await SendAsync(socket, string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {parts.Sum(part => part.Length) + ((long)megabytes << 20)}\r\n\r\n{parts[0]}"));
        for (var i = 0; i < megabytes; i++)
            await SendAsync(socket, piece);
        await SendAsync(socket, parts[1]);
    }

    private static string Whole(int status, string body) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private Task SendAsync(Socket socket, string text) => SendAsync(socket, Encoding.UTF8.GetBytes(text));

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, _stop.Token)..];
    }

    private sealed record Asked(string Path, string Model, bool IsStream);
}
