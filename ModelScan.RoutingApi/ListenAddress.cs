using System.Globalization;
using System.Net;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi;

/// <summary>
/// Where the gateway listens. Of a host that is neither an address nor <c>localhost</c> Kestrel makes every address of the machine
/// (https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints#url-formats), so a typing error would open the gateway to
/// the network; here it is refused.
/// </summary>
internal static class ListenAddress
{
    private const string Loopback = "127.0.0.1";

    /// <summary>The URL of a model listener: this machine alone, unless the file names an address.</summary>
    public static string Of(ModelListenerConfig listener)
    {
        var host = listener.Address ?? Loopback;
        return string.Create(CultureInfo.InvariantCulture, $"http://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{listener.Port}");
    }

    /// <summary>Whether <paramref name="host"/> is an IP address (without brackets) or <c>localhost</c>.</summary>
    public static bool IsHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    /// <summary>Checks what <c>--urls</c> or <c>ASPNETCORE_URLS</c> say.</summary>
    /// <exception cref="FormatException">One of the URLs is none on which a server can listen.</exception>
    public static void Check(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Problem(url) is { } problem)
                throw new FormatException($"--urls: '{url}' {problem}, such as http://127.0.0.1:12000");
        }
    }

    private static string? Problem(string url)
    {
        if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "is not an http or https URL";
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Port is < 0 or > IPEndPoint.MaxPort)
                return $"has no port from 0 to {IPEndPoint.MaxPort}";
            if (address.PathBase.Length > 0)
                return "must have no path";
            return address.IsUnixPipe || address.Host is "*" or "+" || IsHost(address.Host.Trim('[', ']')) ? null : "names no address of this machine: write an IP address, localhost, or * for every address";
        }
        catch (FormatException)
        {
            return "is not a URL with host and port";
        }
    }
}
