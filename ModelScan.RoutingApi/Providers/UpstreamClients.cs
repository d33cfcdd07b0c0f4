using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// The connections to providers: one handler, with a pool of its own, per origin and connect timeout. They outlive
/// configurations, so that a reload costs no handshakes. Answers are neither followed, decompressed nor remembered: what a
/// provider says is the client's business.
/// </summary>
public sealed class UpstreamClients : IDisposable
{
    /// <summary>Name of the client by which hosts that are service names are resolved.</summary>
    public const string DiscoveredClientName = "discovered-provider";

    // A vendor's own host leads to no other gateway, and need not know of this one.
    private static readonly FrozenSet<string> VendorOrigins =
        ProviderCatalogue.All.Select(known => known.BaseUrl).OfType<string>().Select(url => new Uri(url).GetLeftPart(UriPartial.Authority)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const int MaxRecognised = 256;

    private readonly ConcurrentDictionary<(string Origin, TimeSpan ConnectTimeout), HttpMessageInvoker> _clients = new();
    private readonly Recognised?[] _recognised = new Recognised?[MaxRecognised];
    private readonly IHttpMessageHandlerFactory _discovered;
    private readonly HopTrail _trail;
    private readonly UpstreamConnections? _connections;
    private readonly Action<SocketsHttpHandler>? _configure;

    /// <summary>Begins without any connection.</summary>
    /// <param name="discovered">Makes the handler for hosts that are service names.</param>
    /// <param name="configure">Further settings for every handler, such as certificates to trust.</param>
    /// <param name="trail">What hosts that may be gateways are told of the request's way; <see langword="null"/> for a way that begins here.</param>
    public UpstreamClients(IHttpMessageHandlerFactory discovered, Action<SocketsHttpHandler>? configure = null, HopTrail? trail = null)
        : this(discovered, configure, trail, null)
    {
    }

    /// <summary>Begins without any connection.</summary>
    /// <param name="discovered">Makes the handler for hosts that are service names.</param>
    /// <param name="configure">Further settings for every handler.</param>
    /// <param name="trail">What hosts that may be gateways are told of the request's way.</param>
    /// <param name="connections">Makes the connections of all handlers; <see langword="null"/> to let each make its own, as many as it likes.</param>
    internal UpstreamClients(IHttpMessageHandlerFactory discovered, Action<SocketsHttpHandler>? configure, HopTrail? trail, UpstreamConnections? connections) =>
        (_discovered, _configure, _trail, _connections) = (discovered, configure, trail ?? new HopTrail(), connections);

    /// <summary>What sends requests to the host of <paramref name="address"/>. Not to be disposed by the caller.</summary>
    public HttpMessageInvoker For(Uri address, TimeSpan connectTimeout)
    {
        // A model's address is the same object in request after request: recognising it costs nothing, taking it apart does.
        ref var place = ref _recognised[(uint)RuntimeHelpers.GetHashCode(address) % MaxRecognised];
        if (Volatile.Read(ref place) is { } known && ReferenceEquals(known.Address, address) && known.ConnectTimeout == connectTimeout)
            return known.Client;
        var found = Find(address, connectTimeout);
        Volatile.Write(ref place, new Recognised(address, connectTimeout, found));
        return found;
    }

    /// <summary>The settings that all connections to providers share.</summary>
    public static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = connectTimeout,
        // An answer that nobody wants any more ends at once at the provider, too: what of it is not here yet is not waited for.
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
        EnableMultipleHttp2Connections = true,

        // What a stream may hold while its client is slow. It stays so: growing with a provider's speed is switched off (in the project's file).
        InitialHttp2StreamWindowSize = 128 << 10,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),

        // No span and no trace header of its own: the gateway writes one span per attempt.
        ActivityHeadersPropagator = null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static bool IsServiceName(string host) =>
        host.StartsWith('_') || (!host.Contains('.', StringComparison.Ordinal) && !host.StartsWith('[') && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase));

    private HttpMessageInvoker Find(Uri address, TimeSpan connectTimeout)
    {
        // A name without a dot is no host of the internet's: an orchestrator gave it to a service.
        var key = (IsServiceName(address.Host) ? DiscoveredClientName : address.GetLeftPart(UriPartial.Authority), connectTimeout);
        return _clients.TryGetValue(key, out var client) ? client : _clients.GetOrAdd(key, Create);
    }

    private HttpMessageInvoker Create((string Origin, TimeSpan ConnectTimeout) key)
    {
        // The factory owns its handlers.
        if (key.Origin == DiscoveredClientName)
            return new HttpMessageInvoker(_discovered.CreateHandler(DiscoveredClientName), disposeHandler: false);
        var handler = CreateHandler(key.ConnectTimeout);
        _connections?.Bound(handler);
        _configure?.Invoke(handler);
        return new HttpMessageInvoker(new KeyMaskHandler
        {
            InnerHandler = VendorOrigins.Contains(key.Origin) ? handler : new HopHandler(_trail) { InnerHandler = handler },
        });
    }

    private sealed record Recognised(Uri Address, TimeSpan ConnectTimeout, HttpMessageInvoker Client);
}
