using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// An encoder that is loaded once it is wanted, beside whatever else the process does. Where it cannot be, nothing fails: the reason is
/// told, and requests go on without a classifier. Thread-safe.
/// </summary>
/// <param name="load">Loads it.</param>
/// <param name="logger">Told once when that fails.</param>
internal sealed partial class EncoderLoading(Func<EncoderModel> load, ILogger logger) : IDisposable, IAsyncDisposable
{
    /// <summary>How long a decision waits for the model.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<EmbeddedRouteClassifier?>? _loading;
    private volatile bool _disposed;

    /// <summary>Why there is none; <see langword="null"/> while there is, or nobody has asked yet.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether it has been given back.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>The classifier once it is loaded.</summary>
    public EmbeddedRouteClassifier? Loaded => _loading is { IsCompletedSuccessfully: true } done ? done.Result : null;

    /// <summary>Begins to load, if nobody has, and waits for it; <see langword="null"/> where there is none, for the reason in <see cref="Problem"/>.</summary>
    public Task<EmbeddedRouteClassifier?> StartAsync()
    {
        lock (_gate)
            return _loading ??= _disposed ? Task.FromResult<EmbeddedRouteClassifier?>(null) : Task.Run(Load);
    }

    /// <summary>The same for a request, which waits for <see cref="Patience"/> at most.</summary>
    /// <exception cref="RouteClassificationException">It is still being loaded.</exception>
    public async ValueTask<EmbeddedRouteClassifier?> GetAsync(CancellationToken cancellationToken)
    {
        if (Loaded is { } loaded)
            return loaded;
        try
        {
            return await StartAsync().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new RouteClassificationException($"the encoder has not been loaded within {Patience.TotalSeconds} s", exception);
        }
    }

    /// <summary>Gives the encoder back once the texts that wait are encoded.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _ = _loading?.ContinueWith(static loading => loading.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// The same, and waits for it, <see cref="Patience"/> at most: a process that ends while the native library works may end with a
    /// crash instead of its exit code.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_loading is not { } loading)
            return;
        try
        {
            if (await loading.WaitAsync(Patience).ConfigureAwait(false) is { } classifier)
                await classifier.Ended.WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.StillBusy(logger);
        }
    }

    private EmbeddedRouteClassifier? Load()
    {
        try
        {
            return new EmbeddedRouteClassifier(load());
        }
        catch (EncoderUnavailableException exception)
        {
            Problem = exception.Message;
            Log.Unavailable(logger, exception);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The embedded classifier cannot be loaded; requests go on without a route")]
        public static partial void Unavailable(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The embedded classifier is still busy; the end does not wait for it any longer")]
        public static partial void StillBusy(ILogger logger);
    }
}
