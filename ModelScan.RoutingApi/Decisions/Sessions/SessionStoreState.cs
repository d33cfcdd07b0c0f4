using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>The store in use, which a change of configuration may replace while requests go on.</summary>
internal sealed class SessionStoreState : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly SessionMetrics _metrics;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _lock = new();
    private volatile ISessionStore _current;
    private (SessionStoreKind Kind, string? Url) _opened;

    public SessionStoreState(SessionConfig config, TimeProvider time, Random random, SessionMetrics metrics, ILoggerFactory loggers)
    {
        _time = time;
        _random = random;
        _metrics = metrics;
        _loggers = loggers;
        _opened = AddressOf(config);
        _current = Open(config);
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
                var opened = Open(config);
                former = _current;
                _current = opened;
                _opened = wanted;
            }
            else if (_current is MemorySessionStore memory)
            {
                memory.Resize(Math.Max(1, config.MaxEntries));
            }
        }

        if (former is not null)
            await former.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _current.DisposeAsync();

    private static (SessionStoreKind Kind, string? Url) AddressOf(SessionConfig config)
        => (config.Store, config.Store == SessionStoreKind.Redis ? config.RedisUrl : null);

    private ISessionStore Open(SessionConfig config) => config.Store == SessionStoreKind.Redis
        ? new RedisSessionStore(RedisAddress.Parse(config.RedisUrl ?? ""), _time, _random, _metrics, _loggers)
        : new MemorySessionStore(Math.Max(1, config.MaxEntries), _time, _metrics);
}
