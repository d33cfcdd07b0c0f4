using System.Net;
using System.Net.Sockets;

namespace ModelScan.Tests.Support;

/// <summary>
/// Ports for servers that cannot choose one themselves. They lie below the range from which the system serves "any port", so
/// that a test that asks for any port meanwhile is not given the same one.
/// </summary>
internal static class FreePort
{
    public static int Find()
    {
        for (var i = 0; i < 100; i++)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }

        throw new InvalidOperationException("no free port found");
    }
}
