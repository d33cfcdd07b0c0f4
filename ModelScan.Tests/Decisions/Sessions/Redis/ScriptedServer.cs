using System.Collections.Concurrent;
using System.Globalization;
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
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (await ReadCommandAsync(reader, cancellationToken) is { } command)
        {
            var reply = SignIn(command) ?? answer(command);
            if (reply is not null)
                await stream.WriteAsync(Encoding.Latin1.GetBytes(reply), cancellationToken);
        }
    });

    // What clients say before their first command; a server without HELLO speaks the older protocol.
    private static string? SignIn(string command)
    {
        var verb = command.Split(' ', 2);
        return verb[0] switch
        {
            "PING" => "+PONG\r\n",

            // Sixteen bytes by chance, any of which may be a space.
            "ECHO" => $"${verb[1].Length}\r\n{verb[1]}\r\n",
            "HELLO" or "CLIENT" or "CONFIG" or "CLUSTER" or "INFO" or "SENTINEL" or "SUBSCRIBE" => "-ERR unknown command\r\n",
            _ => null,
        };
    }

    public static async Task<string?> ReadCommandAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken) is not { Length: > 1 } header)
            return null;
        var words = new List<string>();
        for (var i = int.Parse(header[1..], CultureInfo.InvariantCulture); i > 0; i--)
        {
            // By its length: an argument may hold any byte.
            var length = int.Parse((await reader.ReadLineAsync(cancellationToken) ?? "$0")[1..], CultureInfo.InvariantCulture);
            var word = new char[length + 2];
            await reader.ReadBlockAsync(word, cancellationToken);
            words.Add(new string(word, 0, length));
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
