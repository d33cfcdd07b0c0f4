using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Modes;
using StackExchange.Redis;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Lets a commanded mode reach every gateway that keeps its sessions in the same Redis: it is written under <c>modelscan:mode</c>, and
/// each gateway looks there every two seconds and when it starts. Redis away: each gateway keeps the mode that it is in. Without Redis
/// it does nothing.
/// </summary>
/// <remarks>
/// The value is <c>mark mode</c>: a mark by chance, so that the same command twice is two, and the mode's name, or <c>configured</c>
/// where the configuration's is followed again. Looking is preferred to being told: nothing is missed while a connection is down.
/// </remarks>
internal sealed partial class SharedMode(
    RouterSwitch routers, CurrentSnapshot current, TimeProvider time, Random random, ILoggerFactory loggers) : BackgroundService
{
    private const string Key = "modelscan:mode";
    private const string Configured = "configured";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<SharedMode>();
    private RedisConnection? _connection;
    private string? _address;
    private string? _seen;
    private string? _untold;

    /// <summary>Tells the others of a command that this gateway has carried out.</summary>
    /// <param name="mode">The mode; <see langword="null"/> to follow the configuration again.</param>
    /// <param name="cancellationToken">Ends the wait, which is a second at most.</param>
    /// <returns>Whether the others will hear of it; <see langword="false"/> also where there are none.</returns>
    public async Task<bool> TellAsync(RoutingMode? mode, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _connection)?.Database is not { } database)
            return false;
        var value = $"{random.NextInt64():x16} {(mode is { } commanded ? RoutingModes.NameOf(commanded) : Configured)}";
        var before = Interlocked.Exchange(ref _seen, value);
        try
        {
            await database.StringSetAsync(Key, value).WaitAsync(Bound, time, cancellationToken);
            Volatile.Write(ref _untold, null);
            return true;
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            // What stands there is older than this command, and must not undo it.
            Interlocked.CompareExchange(ref _seen, before, value);
            Volatile.Write(ref _untold, value);
            Log.NotShared(_logger, exception.GetType().Name);
            return false;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                await ConnectAsync(current.Value.Config.Session);
                if (_connection is not null)
                    await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            if (_connection is { } connection)
                await connection.DisposeAsync();
        }
    }

    private async Task ConnectAsync(SessionConfig sessions)
    {
        var address = sessions.Store == SessionStoreKind.Redis ? sessions.RedisUrl : null;
        if (address == _address)
            return;
        var before = _connection;
        Volatile.Write(ref _connection, address is null ? null : Connect(address));
        _address = address;
        if (before is not null)
            await before.DisposeAsync();
    }

    // Methods of their own: where there is no Redis, its client is not even loaded.
    private RedisConnection Connect(string address) => new(RedisAddress.Parse(address), time, random.NextDouble(), _logger);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
            return;
        try
        {
            await connection.FirstAttempt.WaitAsync(cancellationToken);
            if (connection.Database is not { } database)
                return;
            string? value = await database.StringGetAsync(Key).WaitAsync(Bound, time, cancellationToken);
            if (value is null || value == Interlocked.Exchange(ref _seen, value))
            {
                await TellAgainAsync(database, cancellationToken);
                return;
            }

            Volatile.Write(ref _untold, null); // somebody has commanded since
            Apply(value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            Log.NotRead(_logger, exception.GetType().Name);
        }
    }

    private async Task TellAgainAsync(IDatabase database, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _untold) is not { } value)
            return;
        await database.StringSetAsync(Key, value).WaitAsync(Bound, time, cancellationToken);
        Interlocked.CompareExchange(ref _untold, null, value);
        Volatile.Write(ref _seen, value);
    }

    private void Apply(string name)
    {
        if (name == Configured)
        {
            routers.Follow();
            return;
        }

        try
        {
            if (RoutingModes.Find(name) is { } mode && routers.Mode != mode)
                routers.Command(mode);
        }
        catch (InvalidOperationException exception)
        {
            Log.Lacking(_logger, name, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The mode was not told to the other gateways: {Reason}")]
        public static partial void NotShared(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Whether another gateway was given a mode could not be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Another gateway was switched to {Mode}, which this one cannot be: {Reason}")]
        public static partial void Lacking(ILogger logger, string mode, string reason);
    }
}
