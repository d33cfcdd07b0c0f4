using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

/// <summary>A TCP server that treats every connection the way a test says; for what a real Redis server never does.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _life = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<NetworkStream, CancellationToken, Task> _treat;
    private readonly Task _accepting;

    public ScriptedServer(Func<NetworkStream, CancellationToken, Task> treat)
    {
        _treat = treat;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => _connections.Count;

    /// <summary>A server that signs clients in and then hands each command's name to <paramref name="answer"/>; <see langword="null"/> answers nothing.</summary>
    public static ScriptedServer Answering(Func<string, string?> answer) => new(async (stream, cancellationToken) =>
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (await ReadCommandAsync(reader, cancellationToken) is { } command)
        {
            var reply = command == "PING" ? "+PONG\r\n" : answer(command);
            if (reply is not null)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(reply), cancellationToken);
        }
    });

    public static async Task<string?> ReadCommandAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken) is not { Length: > 1 } header)
            return null;
        var words = new List<string>();
        for (var i = int.Parse(header[1..], System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
        {
            await reader.ReadLineAsync(cancellationToken);
            words.Add(await reader.ReadLineAsync(cancellationToken) ?? "");
        }

        return string.Join(' ', words);
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(10));
        _listener.Dispose();
        _life.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(TreatAsync(await _listener.AcceptTcpClientAsync(_life.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task TreatAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _treat(client.GetStream(), _life.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client left, or the test is over.
            }
        }
    }
}
