namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// Whether the router model works: logs when that changes (and never more than one warning a minute), and spares requests the wait
/// for an endpoint where nobody has answered several times running.
/// </summary>
internal sealed partial class RouterModelHealth(string endpoint, ILogger logger, TimeProvider time)
{
    private const int OutagesBeforePause = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile bool _failing;
    private int _failures;
    private int _outagesInARow;
    private long _lastFailure;
    private long? _lastWarning;
    private bool _warned;

    /// <summary>
    /// Whether asking is pointless for now: three time-outs or refused connections in a row, the last less than 5 s ago. After that
    /// requests try again, and the first failure of theirs extends the pause.
    /// </summary>
    public bool IsPaused
    {
        get
        {
            if (!_failing)
                return false;
            lock (_gate)
                return _outagesInARow >= OutagesBeforePause && time.GetElapsedTime(_lastFailure) < Pause;
        }
    }

    /// <summary>The model gave a usable answer.</summary>
    public void Succeeded()
    {
        if (!_failing)
            return;
        lock (_gate)
        {
            if (_warned)
                Log.Recovered(logger, endpoint, _failures);
            _failing = false;
            _warned = false;
            _failures = 0;
            _outagesInARow = 0;
        }
    }

    /// <summary>The model gave none.</summary>
    public void Failed(RouterModelFailure failure)
    {
        lock (_gate)
        {
            _failing = true;
            _failures++;
            _outagesInARow = failure.IsOutage ? _outagesInARow + 1 : 0;
            _lastFailure = time.GetTimestamp();
            if (_warned || (_lastWarning is { } last && time.GetElapsedTime(last) < WarningInterval))
                return;
            _warned = true;
            _lastWarning = _lastFailure;
            Log.Failing(logger, endpoint, failure.Message, failure.Cause?.Message ?? failure.ErrorType);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Router model {Endpoint} fails, another classifier decides until it answers: {Reason} ({Cause})")]
        public static partial void Failing(ILogger logger, string endpoint, string reason, string cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "Router model {Endpoint} answers again after {Failures} failures")]
        public static partial void Recovered(ILogger logger, string endpoint, int failures);
    }
}
