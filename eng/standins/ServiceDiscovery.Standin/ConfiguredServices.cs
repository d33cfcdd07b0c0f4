using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// Resolves <c>scheme://service/</c> to an address in the settings <c>services:SERVICE:SCHEME:0</c>, <c>:1</c>, … in turn.
/// Several schemes may be allowed in order of preference (<c>https+http://service</c>), and an endpoint may be named
/// (<c>http://_endpoint.service</c>). A host that no setting names is left as it is.
/// </summary>
internal sealed class ConfiguredServices(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, uint> _turns = new(StringComparer.OrdinalIgnoreCase);

    public Uri Resolve(Uri request)
    {
        var schemes = request.Scheme.Split('+');
        var (endpoint, service) = SplitEndpoint(request.Host);
        foreach (var key in endpoint is null ? schemes : [endpoint])
        {
            var section = $"services:{service}:{key}";
            if (AddressesOf(section) is { Count: > 0 } addresses)
            {
                var turn = _turns.AddOrUpdate(section, 0u, (_, last) => unchecked(last + 1));
                return WithAddress(request, addresses[(int)(turn % (uint)addresses.Count)], schemes[0]);
            }
        }

        return schemes.Length == 1 ? request : new UriBuilder(request) { Scheme = schemes[0], Port = request.Port }.Uri;
    }

    private static (string? Endpoint, string Service) SplitEndpoint(string host) =>
        host.StartsWith('_') && host.IndexOf('.', StringComparison.Ordinal) is var dot and > 1 ? (host[1..dot], host[(dot + 1)..]) : (null, host);

    private static Uri WithAddress(Uri request, string address, string defaultScheme)
    {
        var target = new Uri(address.Contains("://", StringComparison.Ordinal) ? address : $"{defaultScheme}://{address}");
        return new UriBuilder(request) { Scheme = target.Scheme, Host = target.Host, Port = target.Port }.Uri;
    }

    private List<string> AddressesOf(string key)
    {
        var section = configuration.GetSection(key);
        return section.Value is { Length: > 0 } single
            ? [single]
            : [.. section.GetChildren().Select(child => child.Value).OfType<string>().Where(value => value.Length > 0)];
    }
}
