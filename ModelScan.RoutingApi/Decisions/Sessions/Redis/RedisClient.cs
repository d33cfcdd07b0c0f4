namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Keeps a connection to one server: connects at once, and again whenever the connection ends, after a pause that doubles
/// from <see cref="FirstPause"/> to <see cref="LongestPause"/> and varies by chance, so that replicas do not come back in step.
/// While there is no connection, <see cref="Connection"/> says so without a wait.
/// </summary>
internal sealed partial class RedisClient : IAsyncDisposable
{
    /// <summary>The pause after the first failure, before chance takes up to half of it away.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // A connection that lived for so long was a good one; the next attempt need not wait.
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(10);

    private readonly RedisEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile RedisConnection? _connection;

    public RedisClient(RedisEndpoint endpoint, TimeProvider time, Random random, ILogger logger)
    {
        _endpoint = endpoint;
        _time = time;
        _random = random;
        _logger = logger;
        _running = Task.Run(() => RunAsync(_life.Token));
    }

    /// <summary>The connection, or <see langword="null"/> while there is none.</summary>
    public RedisConnection? Connection => _connection;

    /// <summary>Ends when the first attempt to connect has succeeded or failed; until then nothing is known of the server.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    /// <summary>The pause before the next attempt.</summary>
    /// <param name="failures">Failures in a row; 0 for no pause.</param>
    /// <param name="chance">In 0..1; the larger, the shorter the pause.</param>
    public static TimeSpan PauseAfter(int failures, double chance)
    {
        if (failures == 0)
            return TimeSpan.Zero;
        var full = FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        return (full < LongestPause ? full : LongestPause) * (1 - (chance / 2));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _running;
        _life.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                failures = await LiveOnceAsync(cancellationToken) >= GoodLife ? 0 : failures + 1;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                failures++;
                if (failures == 1)
                    Log.Unreachable(_logger, _endpoint, e.Message);
                else
                    Log.StillUnreachable(_logger, _endpoint, failures, e.Message);
            }

            _firstAttempt.TrySetResult();
            await Task.Delay(PauseAfter(failures, _random.NextDouble()), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _firstAttempt.TrySetResult();
    }

    // Connects and stays until the connection ends; says for how long it lived.
    private async Task<TimeSpan> LiveOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await RedisConnection.OpenAsync(_endpoint, _time, cancellationToken);
        var since = _time.GetTimestamp();
        _connection = connection;
        _firstAttempt.TrySetResult();
        Log.Connected(_logger, _endpoint);
        try
        {
            Log.Lost(_logger, _endpoint, await connection.Closed.WaitAsync(cancellationToken));
        }
        finally
        {
            _connection = null;
        }

        return _time.GetElapsedTime(since);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Sessions are shared through {Endpoint}")]
        public static partial void Connected(ILogger logger, RedisEndpoint endpoint);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The session store {Endpoint} was lost; requests go on without sessions until it is back: {Reason}")]
        public static partial void Lost(ILogger logger, RedisEndpoint endpoint, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The session store {Endpoint} cannot be reached; requests go on without sessions until it is: {Reason}")]
        public static partial void Unreachable(ILogger logger, RedisEndpoint endpoint, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The session store {Endpoint} cannot be reached after {Attempts} attempts: {Reason}")]
        public static partial void StillUnreachable(ILogger logger, RedisEndpoint endpoint, int attempts, string reason);
    }
}
