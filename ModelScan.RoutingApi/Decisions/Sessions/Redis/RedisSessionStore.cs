namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Keeps bindings in a Redis server, as JSON under <c>plano:affinity:</c> and the store key, so that replicas share them.
/// Nothing is cached in the process: commands share one ordered connection, so a read sees this process's earlier writes by itself,
/// and what another replica wrote is never hidden by an older copy. A connection that breaks takes the writes on it along;
/// such a session begins anew.
/// </summary>
public sealed class RedisSessionStore : ISessionStore
{
    /// <summary>How long a request waits for a read, at most. A server that is slower counts as none: deciding without a session costs less.</summary>
    public static readonly TimeSpan ReadBound = TimeSpan.FromMilliseconds(250);

    private const string KeyPrefix = "plano:affinity:";
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(1);

    private readonly RedisClient _client;
    private readonly TimeProvider _time;
    private readonly SessionMetrics _metrics;

    /// <summary>Begins to connect.</summary>
    public RedisSessionStore(RedisEndpoint endpoint, TimeProvider time, Random random, SessionMetrics metrics, ILoggerFactory loggers)
    {
        _client = new RedisClient(endpoint, time, random, loggers.CreateLogger<RedisSessionStore>());
        _time = time;
        _metrics = metrics;
    }

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _client.Connection is not null;

    /// <inheritdoc/>
    public async ValueTask<SessionRead> GetAsync(string storeKey, CancellationToken cancellationToken)
    {
        try
        {
            if (!_client.FirstAttempt.IsCompleted)
                await _client.FirstAttempt.WaitAsync(ReadBound, _time, cancellationToken);
            if (_client.Connection is not { } connection
                || connection.IsStalled(ReadBound)
                || !connection.TrySend(RespCommand.Of("GET", KeyPrefix + storeKey), out var sent))
            {
                return SessionRead.Error;
            }

            var reply = await sent.WaitAsync(ReadBound, _time, cancellationToken);
            return reply.Kind switch
            {
                RespKind.Nil => SessionRead.Miss,
                RespKind.Value => SessionBinding.FromJson(reply.Value) is { } binding ? SessionRead.Hit(binding) : SessionRead.Invalid,
                RespKind.TooLarge => SessionRead.Invalid,
                RespKind.Error when reply.Message!.StartsWith("WRONGTYPE", StringComparison.Ordinal) => SessionRead.Invalid,
                _ => SessionRead.Error,
            };
        }
        catch (TimeoutException)
        {
            return SessionRead.Error;
        }
    }

    /// <summary>Hands a binding over; TTLs under a second are stretched to one.</summary>
    public void Set(string storeKey, SessionBinding binding, TimeSpan ttl)
    {
        if (_client.Connection is { } connection
            && connection.TrySend(RespCommand.Set(KeyPrefix + storeKey, binding.ToJson(), ttl > ShortestTtl ? ttl : ShortestTtl), out var sent))
        {
            _ = CountAsync(sent);
        }
        else
        {
            _metrics.Write(stored: false);
        }
    }

    /// <summary>Lets writes that are under way arrive, within <see cref="ReadBound"/>, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_client.Connection is { } connection && connection.TrySend(RespCommand.Of("PING"), out var afterAllWrites))
            await Task.WhenAny(afterAllWrites, Task.Delay(ReadBound, _time));

        await _client.DisposeAsync();
    }

    private async Task CountAsync(Task<RespReply> sent) => _metrics.Write((await sent).Kind == RespKind.Done);
}
