using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>The store in use, which a change of configuration may replace while requests go on.</summary>
internal sealed class SessionStoreState : IAsyncDisposable
{
    private readonly SessionStoreServices _services;
    private readonly Lock _lock = new();
    private volatile ISessionStore _current;
    private (SessionStoreKind Kind, string? Address) _opened;

    public SessionStoreState(SessionConfig config, SessionStoreServices services)
    {
        _services = services;
        _opened = AddressOf(config);
        _current = SessionStores.Of(config).Open(config, services);
    }

    /// <summary>The store for a new request. One that was replaced meanwhile answers reads with an error, which fails open.</summary>
    public ISessionStore Current => _current;

    /// <summary>Opens the store that <paramref name="config"/> names unless it is the one in use, and closes the former one.</summary>
    public async ValueTask ReplaceAsync(SessionConfig config)
    {
        ISessionStore? former = null;
        lock (_lock)
        {
            var wanted = AddressOf(config);
            if (wanted != _opened)
            {
                var opened = SessionStores.Of(config).Open(config, _services);
                former = _current;
                _current = opened;
                _opened = wanted;
            }
            else
            {
                _current.Reconfigure(config);
            }
        }

        if (former is not null)
            await former.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _current.DisposeAsync();

    private static (SessionStoreKind Kind, string? Address) AddressOf(SessionConfig config) => (config.Store, SessionStores.Of(config).AddressOf(config));
}
