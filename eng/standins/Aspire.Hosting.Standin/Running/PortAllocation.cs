using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Gives every endpoint its port on this machine.</summary>
internal static class PortAllocation
{
    /// <summary>Uses the ports that are asked for, and free ones where none is or <paramref name="randomize"/> says so.</summary>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        // Free ports are held until all are chosen, so that none is chosen twice.
        List<TcpListener> held = [];
        foreach (var endpoint in resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
        {
            if (endpoint.Port is not { } port || randomize)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                held.Add(listener);
                port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        }

        held.ForEach(listener => listener.Dispose());
    }

    /// <summary>The first endpoint of a resource whose port another process has taken; <c>null</c> if all are free.</summary>
    public static EndpointAnnotation? FindTaken(IResource resource) => resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(endpoint => IsTaken(endpoint.AllocatedEndpoint!.Port));

    private static bool IsTaken(int port)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            try
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return true;
            }
            catch (SocketException)
            {
                // This machine has no such address.
            }
        }

        return false;
    }
}
