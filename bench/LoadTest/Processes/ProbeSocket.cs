using System.Buffers.Binary;
using System.Net.Sockets;

namespace LoadTest.Processes;

/// <summary>The measurer's end of the connection to the startup hook inside a measured program.</summary>
internal sealed class ProbeSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? _connection;

    /// <summary>Listens on a path of its own.</summary>
    public ProbeSocket(string folder)
    {
        Path = System.IO.Path.Combine(folder, $"probe-{Guid.NewGuid():N}"[..20]);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
    }

    /// <summary>Where the hook connects to.</summary>
    public string Path { get; }

    /// <summary>Waits for the program to start.</summary>
    /// <exception cref="TimeoutException">It did not within 30 s.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken) =>
        _connection = await _listener.AcceptAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);

    /// <summary>Bytes that the program has allocated since it started.</summary>
    /// <exception cref="InvalidOperationException">The program ended.</exception>
    public async Task<long> AllocatedBytesAsync(CancellationToken cancellationToken)
    {
        var connection = _connection ?? throw new InvalidOperationException("the probe is not connected");
        var answer = new byte[sizeof(long)];
        await connection.SendAsync(new byte[1], cancellationToken);
        for (var read = 0; read < answer.Length;)
        {
            var more = await connection.ReceiveAsync(answer.AsMemory(read), cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
            read += more > 0 ? more : throw new InvalidOperationException("the measured program ended");
        }

        return BinaryPrimitives.ReadInt64LittleEndian(answer);
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _listener.Dispose();
        File.Delete(Path);
    }
}
