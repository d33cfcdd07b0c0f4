using ModelScan.RoutingApi.Configuration;
using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Keeps bindings in a Redis server, as JSON under <c>plano:affinity:</c> and the store key, so that replicas share them.
/// Nothing is cached in the process: commands for one key share one ordered connection, so a read sees this process's earlier writes by
/// itself, and what another replica wrote is never hidden by an older copy. A connection that breaks takes the writes on it along;
/// such a session begins anew.
/// </summary>
internal sealed class RedisSessionStore : ISessionStore
{
    /// <summary>How long a request waits for a read, at most. A server that is slower counts as none: deciding without a session costs less.</summary>
    public static readonly TimeSpan ReadBound = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a command may stay unanswered before it is given up; nobody waits for it for so long.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(2);

    private const string KeyPrefix = "plano:affinity:";
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(1);

    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;
    private readonly SessionMetrics _metrics;

    private readonly OverdueReads _overdue = new();

    /// <summary>Begins to connect.</summary>
    public RedisSessionStore(ConfigurationOptions address, TimeProvider time, Random random, SessionMetrics metrics, ILoggerFactory loggers)
    {
        _connection = new RedisConnection(address, time, random.NextDouble(), loggers.CreateLogger<RedisSessionStore>());
        _time = time;
        _metrics = metrics;
    }

    /// <summary>As a kind of store.</summary>
    public static SessionStoreType Type { get; } = new(
        SessionStoreKind.Redis, static config => config.RedisUrl,
        static (config, services) => new RedisSessionStore(RedisAddress.Parse(config.RedisUrl ?? ""), services.Time, services.Random, services.Metrics, services.Loggers));

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _connection.Database is not null;

    /// <inheritdoc/>
    public async ValueTask<SessionRead> GetAsync(string storeKey, CancellationToken cancellationToken)
    {
        RedisKey key = KeyPrefix + storeKey;
        Task? sent = null;
        IDatabase? database = null;
        try
        {
            if (!_connection.FirstAttempt.IsCompleted)
                await _connection.FirstAttempt.WaitAsync(ReadBound, _time, cancellationToken);
            database = _connection.Database;
            if (database is null || _overdue.Hold(database, key))
                return SessionRead.Error;

            var read = database.StringGetAsync(key);
            sent = read;
            var value = await read.WaitAsync(ReadBound, _time, cancellationToken);
            return value.IsNull ? SessionRead.Miss : BindingOf(value);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return SessionRead.Invalid;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception)
        {
            // Late, lost, refused, or closed meanwhile: whatever a server and a connection can come up with, the request goes on.
            if (sent is { IsCompleted: false })
                _overdue.Add(database!, key, sent);
            return SessionRead.Error;
        }
    }

    /// <summary>Hands a binding over; TTLs under a second are stretched to one.</summary>
    public void Set(string storeKey, SessionBinding binding, TimeSpan ttl) => _ = WriteAsync(storeKey, binding, ttl > ShortestTtl ? ttl : ShortestTtl);

    /// <summary>Lets writes that are under way arrive, within <see cref="ReadBound"/>, and closes the connection.</summary>
    public async ValueTask DisposeAsync() => await _connection.CloseAsync(ReadBound);

    private static SessionRead BindingOf(RedisValue value)
        => SessionBinding.FromJson(((ReadOnlyMemory<byte>)value).Span) is { } binding ? SessionRead.Hit(binding) : SessionRead.Invalid;

    // The library's own call would say SETEX, which users who were given GET and SET for sessions may not.
    private async Task WriteAsync(string storeKey, SessionBinding binding, TimeSpan ttl)
    {
        bool stored;
        try
        {
            RedisKey key = KeyPrefix + storeKey;
            stored = _connection.Database is { } database && !_overdue.Hold(database, key)
                && (string?)await database.ExecuteAsync("SET", key, (RedisValue)binding.ToJson(), "PX", (long)ttl.TotalMilliseconds) == "OK";
        }
        catch (Exception)
        {
            stored = false;
        }

        _metrics.Write(stored);
    }
}
