using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Keeps one shared connection to a server, a cluster, or what sentinels watch. It begins to connect at once, off every request's
/// path, and does so again whenever the connection ends, after a <see cref="ReconnectPause"/>. While there is none,
/// <see cref="Database"/> says so without a wait.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private readonly ConfigurationOptions _options;
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly ReconnectPause _pause;
    private readonly ILogger _logger;
    private readonly string _holds;
    private readonly CancellationTokenSource _life = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<IConnectionMultiplexer?> _opening;
    private volatile IDatabase? _database;
    private int _failures;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">Where to; what a store needs is set here, whatever it says (see <see cref="Bind"/>).</param>
    /// <param name="time">The clock of the pauses before there is a connection.</param>
    /// <param name="chance">In 0..1; shortens the pauses.</param>
    /// <param name="logger">Told when the server is found and lost.</param>
    /// <param name="holds">What is kept there, for messages.</param>
    public RedisConnection(ConfigurationOptions options, TimeProvider time, double chance, ILogger logger, string holds = "sessions")
    {
        _holds = holds;
        _address = RedisAddress.Describe(options);
        _time = time;
        _pause = new ReconnectPause(chance);
        _logger = logger;
        _options = options;
        Bind(options, _pause);
        options.ConnectionAttemptCompleted += (_, attempt) => Tell(attempt);
        _opening = Task.Run(() => OpenAsync(_life.Token));
    }

    /// <summary>The database, or <see langword="null"/> while there is no connection.</summary>
    public IDatabase? Database => _database is { } database && database.Multiplexer.IsConnected ? database : null;

    /// <summary>Ends when the first attempt to connect has succeeded or failed; until then nothing is known of the server.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    /// <summary>Lets commands that are under way be answered, within <paramref name="bound"/>, and closes the connection.</summary>
    public async Task CloseAsync(TimeSpan bound)
    {
        var writes = _database is { } database ? database.Multiplexer.CloseAsync() : Task.CompletedTask;
        await Task.WhenAny(writes, Task.Delay(bound, _time));
        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        if (await _opening is { } multiplexer)
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
        _life.Dispose();
    }

    // A store answers at once or not at all: nothing queues for a connection to come, and a start without a server is none that fails.
    private static void Bind(ConfigurationOptions options, ReconnectPause pause)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectRetry = 1;
        options.AsyncTimeout = Math.Min(options.AsyncTimeout, (int)RedisSessionStore.ReplyTimeout.TotalMilliseconds);
        options.ReconnectRetryPolicy = pause;

        // What this library's clients tell each other by a key and a channel of their own; here there is nothing to tell, and less to permit.
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        options.ClientName ??= "modelscan";
    }

    // Once opened, the library finds lost servers again by itself. Opening fails only where it needs to be told of a server first, by a sentinel.
    private async Task<IConnectionMultiplexer?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var failures = 1; ; failures++)
            {
                try
                {
                    var multiplexer = await ConnectionMultiplexer.ConnectAsync(_options).WaitAsync(cancellationToken);
                    multiplexer.ConnectionFailed += (_, failure) => Tell(failure);
                    _database = multiplexer.GetDatabase();
                    return multiplexer;
                }
                catch (RedisException e)
                {
                    Tell(e.GetType().Name);
                }

                _firstAttempt.TrySetResult();
                await Task.Delay(_pause.After(failures), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _firstAttempt.TrySetResult();
        }
    }

    // Of an error from the server only its kind is told: some servers repeat the arguments in its text, and one of them is the password.
    private void Tell(ConnectionAttemptCompletedEventArgs attempt)
    {
        if (attempt.ConnectionType != ConnectionType.Interactive)
            return;
        if (attempt.IsSuccess)
        {
            Interlocked.Exchange(ref _failures, 0);
            Log.Connected(_logger, _holds, _address);
        }
        else
        {
            Tell(attempt.Stage < ConnectionAttemptStage.Handshake && attempt.Exception?.GetBaseException().Message is { } message ? message : $"{attempt.FailureType}");
        }
    }

    private void Tell(ConnectionFailedEventArgs failure)
    {
        if (failure.ConnectionType == ConnectionType.Interactive && !_life.IsCancellationRequested)
            Log.Lost(_logger, _holds, _address, failure.FailureType);
    }

    private void Tell(string reason)
    {
        var failures = Interlocked.Increment(ref _failures);
        if (failures == 1)
            Log.Unreachable(_logger, _holds, _address, reason);
        else
            Log.StillUnreachable(_logger, _holds, _address, failures, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The store of {Holds} is reached at {Address}: replicas share them")]
        public static partial void Connected(ILogger logger, string holds, string address);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The store of {Holds} at {Address} was lost; requests go on without it until it is back: {Reason}")]
        public static partial void Lost(ILogger logger, string holds, string address, ConnectionFailureType reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The store of {Holds} at {Address} cannot be reached; requests go on without it until it is: {Reason}")]
        public static partial void Unreachable(ILogger logger, string holds, string address, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The store of {Holds} at {Address} cannot be reached after {Attempts} attempts: {Reason}")]
        public static partial void StillUnreachable(ILogger logger, string holds, string address, int attempts, string reason);
    }
}
