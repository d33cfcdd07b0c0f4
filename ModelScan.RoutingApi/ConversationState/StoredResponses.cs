using System.Data.Common;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// The responses that are kept. A request waits for a store at most <see cref="ResponsesStateConfig.Timeout"/>, and only where it goes on
/// from an earlier response; nobody waits for a write. A store that fails is tried again for as long as there is room for what waits; then
/// responses are not kept, which is logged and counted. Thread-safe.
/// </summary>
public sealed partial class StoredResponses : IAsyncDisposable
{
    /// <summary>Most turns of a conversation that are followed.</summary>
    internal const int MostTurns = 10_000;

    private const int BatchSize = 64;

    // From then on one at a time, in case one of them is what the store cannot take; such a one is given up in the end, after ten minutes.
    private const int FailuresBeforeSingles = 3;
    private const int FailuresBeforeGivingUp = 60;
    private const long MostWaiting = 64L << 20;
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger<StoredResponses> _logger;
    private readonly Counter<long> _kept;
    private readonly WaitingResponses _waiting = new(MostWaiting);
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _writing;
    private readonly ITimer _pruning;
    private volatile Opened _opened;
    private volatile bool _isEnding;

    /// <summary>Opens the store; connections are made when they are needed.</summary>
    /// <exception cref="FormatException">The configuration names none that could be opened.</exception>
    public StoredResponses(ResponsesStateConfig config, TimeProvider time, IMeterFactory meters, ILogger<StoredResponses> logger)
    {
        (_time, _logger) = (time, logger);
        _kept = meters.Create(GatewayMeter.Name).CreateCounter<long>(TelemetryNames.StoredResponses, "{response}", "Responses by whether they were kept for the next turn.");
        _opened = new Opened(config, Open(config));
        _writing = Task.Run(() => SocketThreads.AwayAsync(WriteAsync));
        _pruning = time.CreateTimer(_ => _work.Release(), null, PruneInterval, PruneInterval);
    }

    // A store and the settings that it was opened with.
    private sealed record Opened(ResponsesStateConfig Config, IResponseStore? Store);

    /// <summary>The settings in force.</summary>
    public ResponsesStateConfig Config => _opened.Config;

    /// <summary>Takes new settings over. The same store goes on; another begins with what it holds.</summary>
    /// <exception cref="FormatException">They name no store that could be opened; the former stays.</exception>
    public async ValueTask ReconfigureAsync(ResponsesStateConfig config)
    {
        IResponseStore? former;
        lock (_lock)
        {
            var before = _opened;
            var isSame = before.Config.Store == config.Store && before.Config.Path == config.Path && before.Config.ConnectionString == config.ConnectionString;
            _opened = new Opened(config, isSame ? before.Store : Open(config));
            former = isSame ? null : before.Store;
        }

        _work.Release(); // for its new bounds
        if (former is not null)
            await former.DisposeAsync();
    }

    /// <summary>Hands a response over and returns at once.</summary>
    internal void Add(StoredResponse response)
    {
        var (config, store) = _opened;
        if (store is null)
            return;
        if (response.Size > config.MaxResponseSize)
        {
            Log.TooLarge(_logger, response.Id, response.Size, config.MaxResponseSize);
            Count("too_large", 1);
        }
        else if (store is MemoryResponseStore memory)
        {
            memory.Write([response], _time.GetUtcNow() + config.Retention);
            Count("kept", 1);
        }
        else if (_waiting.TryAdd(response))
        {
            _work.Release();
        }
        else
        {
            Log.NoRoom(_logger, response.Id, store.Name);
            Count("no_room", 1);
        }
    }

    /// <summary>Finds the conversation up to a response.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    internal async ValueTask<StoredConversation> FindAsync(string owner, string id, CancellationToken cancellationToken)
    {
        // What waits comes behind what is stored.
        var behind = new List<StoredResponse>();
        string? next = id;
        while (next is not null && behind.Count < MostTurns && _waiting.Find(owner, next) is { } waiting)
        {
            behind.Insert(0, waiting);
            next = waiting.PreviousId;
        }

        if (next is null)
            return new(ResponseSearch.Found, behind);
        var read = await AskAsync(store => store.ReadAsync(owner, next, _time.GetUtcNow(), cancellationToken), StoredConversation.Missing, StoredConversation.Unavailable, cancellationToken);
        return read.Search switch
        {
            ResponseSearch.Found => new(ResponseSearch.Found, [.. read.Turns, .. behind]),
            ResponseSearch.Missing when behind.Count > 0 => new(ResponseSearch.Incomplete, []),
            _ => read,
        };
    }

    /// <summary>Finds one response.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    internal async ValueTask<(ResponseSearch Search, StoredResponse? Response)> FindOneAsync(string owner, string id, CancellationToken cancellationToken)
    {
        if (_waiting.Find(owner, id) is { } waiting)
            return (ResponseSearch.Found, waiting);
        return await AskAsync(
            async store => await store.FindAsync(owner, id, _time.GetUtcNow(), cancellationToken) is { } found ? (ResponseSearch.Found, found) : (ResponseSearch.Missing, (StoredResponse?)null),
            (ResponseSearch.Missing, null), (ResponseSearch.Unavailable, null), cancellationToken);
    }

    /// <summary>Finds the responses that items are of.</summary>
    /// <returns>By the items that were found, and whether the store could be asked for the others.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    internal async ValueTask<(IReadOnlyDictionary<string, StoredResponse> Found, bool IsAvailable)> FindItemsAsync(string owner, IReadOnlyCollection<string> itemIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredResponse>(StringComparer.Ordinal);
        foreach (var id in itemIds)
        {
            if (_waiting.FindItem(owner, id) is { } waiting)
                found[id] = waiting;
        }

        if (found.Count == itemIds.Count)
            return (found, true);
        string[] others = [.. itemIds.Where(id => !found.ContainsKey(id))];
        var read = await AskAsync<IReadOnlyDictionary<string, StoredResponse>?>(
            async store => await store.FindItemsAsync(owner, others, _time.GetUtcNow(), cancellationToken), new Dictionary<string, StoredResponse>(), null, cancellationToken);
        foreach (var (id, response) in read ?? new Dictionary<string, StoredResponse>())
            found[id] = response;
        return (found, read is not null);
    }

    /// <summary>Takes a response out.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    internal async ValueTask<ResponseSearch> DeleteAsync(string owner, string id, CancellationToken cancellationToken)
    {
        var waited = _waiting.Delete(owner, id);
        var deleted = await AskAsync(
            async store => await store.DeleteAsync(owner, id, cancellationToken) ? ResponseSearch.Found : ResponseSearch.Missing, ResponseSearch.Missing, ResponseSearch.Unavailable, cancellationToken);
        return waited && deleted == ResponseSearch.Missing ? ResponseSearch.Found : deleted;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isEnding)
            return;
        _isEnding = true;
        await _pruning.DisposeAsync();
        _work.Release();
#pragma warning disable RS0030 // The last writes happen in real time, whatever clock the gateway goes by.
        if (await Task.WhenAny(_writing, Task.Delay(LastWrites)) != _writing)
#pragma warning restore RS0030
            await _stop.CancelAsync();
        await _writing;
        if (_opened.Store is { } store)
            await store.DisposeAsync();
        _stop.Dispose();
        _work.Dispose();
    }

    private static IResponseStore? Open(ResponsesStateConfig config) => config.Store switch
    {
        ResponseStoreKind.Sqlite => new SqlResponseStore(SqlFlavor.Sqlite(config.Path!), MostTurns),
        ResponseStoreKind.Postgres => new SqlResponseStore(SqlFlavor.Postgres(config.ConnectionString!), MostTurns),
        ResponseStoreKind.None => null,
        _ => new MemoryResponseStore(config.MaxResponses, config.MaxSize, MostTurns),
    };

    // A driver may work on the calling thread (SQLite does) and may not heed its token: neither keeps a request waiting.
    private async ValueTask<T> AskAsync<T>(Func<IResponseStore, ValueTask<T>> ask, T without, T unavailable, CancellationToken cancellationToken)
    {
        var (config, store) = _opened;
        if (store is null)
            return without;
        try
        {
            if (store.IsImmediate)
                return await ask(store);
            return await Task.Run(() => ask(store).AsTask(), cancellationToken).WaitAsync(config.Timeout, _time, cancellationToken);
        }
        catch (Exception exception) when (IsOfTheStore(exception) && !cancellationToken.IsCancellationRequested)
        {
            Log.Unreadable(_logger, store.Name, exception);
            return unavailable;
        }
    }

    private static bool IsOfTheStore(Exception exception) =>
        exception is DbException or IOException or TimeoutException or OperationCanceledException or InvalidOperationException or System.Net.Sockets.SocketException;

    private async Task WriteAsync()
    {
        var pause = FirstPause;
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var batch = _waiting.Next(failures < FailuresBeforeSingles ? BatchSize : 1);
            if (batch.Count == 0 && _isEnding)
                return;
            try
            {
                if (batch.Count == 0)
                {
                    await PruneAsync();
                    await _work.WaitAsync(_stop.Token);
                    while (_work.Wait(0))
                    {
                        // One round takes all there is.
                    }

                    continue;
                }

                var (config, store) = _opened;
                if (store is not null)
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                    limit.CancelAfter(LongestWrite);
                    await store.WriteAsync(batch, _time.GetUtcNow() + config.Retention, limit.Token);
                    Count("kept", batch.Count);
                }

                foreach (var deleted in _waiting.Remove(batch))
                    await (store?.DeleteAsync(deleted.Owner, deleted.Id, _stop.Token) ?? default);
                (pause, failures) = (FirstPause, 0);
            }
#pragma warning disable CA1031 // Whatever a driver throws: nothing more would be kept, and nobody would be told.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (_stop.IsCancellationRequested)
                    return;
                Log.Unwritable(_logger, _opened.Store?.Name ?? "none", batch.Count, exception);
                if (_isEnding)
                    return;
                if (++failures >= FailuresBeforeGivingUp && batch.Count == 1)
                {
                    _waiting.Remove(batch);
                    Count("failed", 1);
                    (pause, failures) = (FirstPause, FailuresBeforeSingles); // the next one has as many tries
                }

                await Task.WhenAny(Task.Delay(pause, _time, _stop.Token));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private DateTimeOffset _nextPruning;

    private async ValueTask PruneAsync()
    {
        var now = _time.GetUtcNow();
        var (config, store) = _opened;
        if (store is null || now < _nextPruning)
            return;
        _nextPruning = now + PruneInterval / 2;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(LongestWrite);
        if (await store.PruneAsync(now, config.MaxResponses, config.MaxSize, limit.Token) is > 0 and var pruned)
            Log.Pruned(_logger, pruned, store.Name);
    }

    private void Count(string outcome, int count) => _kept.Add(count, new KeyValuePair<string, object?>("outcome", outcome));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Response {Id} is not kept: its {Size} bytes are more than responses_state.max_response_size ({Most})")]
        public static partial void TooLarge(ILogger logger, string id, long size, long most);

        [LoggerMessage(Level = LogLevel.Error, Message = "Response {Id} is not kept: too many wait for {Store} already")]
        public static partial void NoRoom(ILogger logger, string id, string store);

        [LoggerMessage(Level = LogLevel.Error, Message = "The store of responses ({Store}) cannot be read")]
        public static partial void Unreadable(ILogger logger, string store, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "The store of responses ({Store}) cannot be written; {Count} responses wait")]
        public static partial void Unwritable(ILogger logger, string store, int count, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} responses left {Store}")]
        public static partial void Pruned(ILogger logger, int count, string store);
    }
}
