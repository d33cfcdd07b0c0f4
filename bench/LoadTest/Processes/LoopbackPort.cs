using System.Net;
using System.Net.Sockets;

namespace LoadTest.Processes;

/// <summary>Ports of 127.0.0.1.</summary>
internal static class LoopbackPort
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>One that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until <paramref name="process"/> listens.</summary>
    /// <exception cref="InvalidOperationException">It ended, or does not listen after 60 s.</exception>
    public static async Task WaitAsync(int port, PinnedProcess process, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (SocketException)
            {
                break;
            }
        }

        throw new InvalidOperationException($"a process does not listen on its port:\n{process.LastLines}");
    }
}
