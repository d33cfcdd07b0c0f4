using System.Net;
using System.Net.NetworkInformation;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>
/// Where this gateway itself listens: an address that is asked for models and leads back here would send every request round in circles.
/// What cannot be seen from an address (another name for this machine, a proxy in between) the hop header finds out.
/// </summary>
public sealed class OwnListeners
{
    private static readonly Lazy<IReadOnlySet<IPAddress>> LocalAddresses = new(ReadLocalAddresses);
    private readonly IReadOnlyList<BindingAddress> _bindings;

    private OwnListeners(IEnumerable<string> urls) => _bindings = [.. urls.Select(Parse).OfType<BindingAddress>().Where(binding => !binding.IsUnixPipe && binding.Port != 0)];

    /// <summary>The listener that a configuration file describes.</summary>
    public static OwnListeners Of(ModelListenerConfig listener) => new([ListenAddress.Of(listener)]);

    /// <summary>Where a gateway with these settings listens: what whoever starts it says counts before the file.</summary>
    public static OwnListeners Of(IConfiguration settings, ModelListenerConfig listener)
    {
        var endpoints = settings.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "").ToArray();
        string[] urls = endpoints.Length > 0
            ? endpoints
            : [.. Split(settings["urls"]), .. Split(settings["http_ports"]).Select(port => $"http://*:{port}"), .. Split(settings["https_ports"]).Select(port => $"https://*:{port}")];
        return urls.Length > 0 ? new OwnListeners(urls) : Of(listener);
    }

    /// <summary>The listener that requests to <paramref name="address"/> would reach, or <see langword="null"/>.</summary>
    public string? Find(Uri address)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Port == address.Port && Reaches(address.IdnHost, binding.Host))
                return $"{binding.Scheme}://{binding.Host}:{binding.Port}";
        }

        return null;
    }

    private static bool Reaches(string host, string listener)
    {
        var own = AddressesOf(listener);
        var asked = AddressesOf(host);

        // A name that is neither of this machine's nor an address stands for a listener on everything (http://*:80, http://+:80).
        if (own is null)
            return listener.Equals(host, StringComparison.OrdinalIgnoreCase) || (asked is not null && asked.Any(IsLocal));
        return asked is not null && asked.Any(address => IsLocal(address) && own.Any(bound => IsAny(bound) || bound.Equals(address) || (IsAny(address) && IPAddress.IsLoopback(bound))));
    }

    // Null for names that mean nothing by themselves.
    private static IPAddress[]? AddressesOf(string host)
    {
        if (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address))
            return [address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address];
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        return host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase) || host.Equals(MachineName(), StringComparison.OrdinalIgnoreCase) ? [.. LocalAddresses.Value] : null;
    }

    private static bool IsLocal(IPAddress address) => IPAddress.IsLoopback(address) || IsAny(address) || LocalAddresses.Value.Contains(address);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string MachineName() => IPGlobalProperties.GetIPGlobalProperties() is { DomainName: { Length: > 0 } domain } properties ? $"{properties.HostName}.{domain}" : Environment.MachineName;

    private static HashSet<IPAddress> ReadLocalAddresses()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).ToHashSet();
        }
        catch (NetworkInformationException)
        {
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null; // the server says so when it starts
        }
    }
}
