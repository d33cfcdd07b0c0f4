using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Redaction;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>
/// Writes records behind the requests' backs:
/// <list type="number">
/// <item><see cref="Add"/> says a record in bytes where that takes no time, or puts it into a bounded queue, and returns;</item>
/// <item>some hundred records later those of the queue are said in bytes, so that objects are gone before the garbage collector has to move them;</item>
/// <item>two seconds after the first one (a quarter of one while somebody watches), or when three quarters of a block wait, all of them are written as one transaction;</item>
/// <item>what comes in the next seconds is written with them, in their place, while there is room (<see cref="GrowingBlock"/>);</item>
/// <item>where that fails they stay and are tried again, ever less often, while the queue fills and then sheds;</item>
/// <item>now and then small blocks are merged, and old ones go.</item>
/// </list>
/// Everything that touches the store's writing side happens in one loop, one thing after the other; the block is touched by whoever has it in hand.
/// </summary>
internal sealed partial class RequestLogWriter : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LongFlushInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WatchedFlushInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private const int Gathered = 256;
    private const int MostBlocksAtOnce = 16;
    private const int MostKnownClean = 8192;
    private const int LongestKnownClean = 128;

    private readonly RequestStoreFactory _stores;
    private readonly RequestLogMeters _meters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecordQueue _queue;
    private readonly Signal _signal = new();
    private readonly ITimer _flushTimer;
    private readonly ITimer _upkeepTimer;
    private readonly BlockEncoder _encoder;
    private readonly GrowingBlock _block;
    private readonly Upkeep _upkeep;
    private readonly List<RequestBody> _bodies = [];
    private readonly HashSet<string> _knownClean = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private Redactor? _knownBy;

    private List<Order> _orders = [];
    private volatile RequestLogConfig _config;
    private volatile Redactor _redactor;
    private volatile IRequestStore? _store;
    private RequestLogConfig? _opened;
    private volatile bool _isOn;
    private volatile bool _isStopping;
    private volatile bool _isUpkeepDue;
    private volatile bool _isFlushDue;
    private int _isFlushTimed;
    private int _taken;
    private int _isInHand;
    private long _filledAt = long.MinValue;
    private bool _isDisposed;
    private int _failures;
    private long _retryAt;
    private string? _problem;
    private readonly Func<string, CancellationToken, ValueTask<string>>? _addVectors;
    private Task? _loop;

    /// <summary>Takes its settings over; nothing is opened before it is started.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="stores">Opens stores.</param>
    /// <param name="meters">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what goes wrong.</param>
    /// <param name="addVectors">Adds vectors to what a decision was made on, where they are to be kept; <see langword="null"/> where nobody can.</param>
    public RequestLogWriter(
        RequestLogConfig config, RequestStoreFactory stores, RequestLogMeters meters, TimeProvider time, ILogger<RequestLogWriter> logger, Func<string, CancellationToken, ValueTask<string>>? addVectors = null)
    {
        (_config, _stores, _meters, _time, _logger, _addVectors) = (config, stores, meters, time, logger, addVectors);
        _redactor = new Redactor(config.Redact);
        _queue = new RecordQueue(meters);
        meters.Waiting = () => Waiting;
        _encoder = new BlockEncoder(Clean, IsKnownClean);
        _block = new GrowingBlock(_encoder, Writer);
        _upkeep = new Upkeep(_encoder, Writer, time, (block, exception) => Log.Unreadable(_logger, block.Number, exception));
        _flushTimer = time.CreateTimer(static writer => ((RequestLogWriter)writer!).FlushIsDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _upkeepTimer = time.CreateTimer(static writer => ((RequestLogWriter)writer!).UpkeepIsDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Which of the gateways that share a store this one is: chance, anew with each start.</summary>
    public long Writer { get; } = System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, int.MaxValue);

    /// <summary>Whether records are wanted.</summary>
    public bool IsOn => _isOn;

    /// <summary>The settings in force.</summary>
    public RequestLogConfig Config => _config;

    /// <summary>The store that is read, once there is one.</summary>
    public IRequestStore? Store => _store;

    /// <summary>Why nothing can be written at this moment; <see langword="null"/> while it can.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Those who watch.</summary>
    public TailFeed Tail { get; } = new();

    /// <summary>Records that wait.</summary>
    public int Waiting => _queue.Count + Volatile.Read(ref _taken);

    // A transaction costs some milliseconds, however few records it brings; whoever only asks has what waits written first.
    private TimeSpan FlushInterval => Tail.IsWatched ? WatchedFlushInterval : LongFlushInterval;

    /// <summary>Adds a record; never waits, never throws.</summary>
    /// <param name="record">The record.</param>
    /// <param name="body">What was said, where that is to be kept.</param>
    public void Add(RequestRecord record, RequestBody? body)
    {
        if (!_isOn)
            return;
        if (body is not null || !TryAddAtOnce(record))
        {
            if (_queue.Add(record, body) == Gathered)
                _signal.Set();
        }

        if (Volatile.Read(ref _isFlushTimed) == 0)
            FlushIn(FlushInterval);
    }

    /// <summary>Puts changed settings in force. Another store begins empty; what waits goes there.</summary>
    public void Reconfigure(RequestLogConfig config)
    {
        if (!_config.Redact.SequenceEqual(config.Redact))
            _redactor = new Redactor(config.Redact);
        _config = config;
        if (_loop is null)
            return;
        _isOn = config.Store != RequestLogStore.None;
        _signal.Set();
    }

    /// <summary>Writes what waits, so that whoever reads next sees it; gives up after two seconds.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => OrderAsync(static (_, _) => ValueTask.CompletedTask, throws: false, cancellationToken);

    /// <summary>Lets the writer change the store, between two of its own changes.</summary>
    /// <exception cref="RequestStoreException">The store cannot be changed at this moment.</exception>
    public Task ChangeAsync(Func<IRequestStore, CancellationToken, ValueTask> change, CancellationToken cancellationToken) => OrderAsync(change, throws: true, cancellationToken);

    /// <summary>A text without secrets. Called by whoever has the block in hand.</summary>
    public string Clean(string text)
    {
        // Models, routes and sessions come again and again: what held no secret a moment ago holds none now.
        var redactor = _redactor;
        if (_knownClean.Count >= MostKnownClean || !ReferenceEquals(redactor, _knownBy))
        {
            _knownClean.Clear();
            _knownBy = redactor;
        }

        if (_knownClean.Contains(text))
            return text;
        try
        {
            var clean = redactor.Apply(text)!;
            if (text.Length <= LongestKnownClean && ReferenceEquals(clean, text))
                _knownClean.Add(text);
            return clean;
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return "[left out]";
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _isOn = _config.Store != RequestLogStore.None;
        _loop = Task.Run(() => SocketThreads.AwayAsync(RunAsync), CancellationToken.None);
        _upkeepTimer.Change(UpkeepInterval, UpkeepInterval);
        _signal.Set(); // the store is opened behind the start: nobody has to wait for a database
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _signal.Set();
        if (_loop is not null)
            await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A hosted service that others use as well is disposed of once for each of its two registrations.
        if (_isDisposed)
            return;
        _isDisposed = true;
        await StopAsync(CancellationToken.None);
        await _flushTimer.DisposeAsync();
        await _upkeepTimer.DisposeAsync();
        if (_store is { } store)
            await store.DisposeAsync();
        _store = null;
        _encoder.Dispose();
        _signal.Dispose();
    }

    private async Task OrderAsync(Func<IRequestStore, CancellationToken, ValueTask> action, bool throws, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_loop is null || _isStopping)
            {
                if (throws)
                    throw new RequestStoreException("the log of requests is off");
                return;
            }

            _orders.Add(new Order(action, done));
        }

        _signal.Set();
        try
        {
            await done.Task.WaitAsync(throws ? Timeout.InfiniteTimeSpan : LongestWait, TimeProvider.System, cancellationToken);
        }
        catch (Exception exception) when (!throws && exception is TimeoutException or RequestStoreException)
        {
            // Then what waits is not to be seen yet.
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _signal.WaitAsync();
            var isLast = _isStopping;
            TakeInHand();

            // Taken before anything is gathered: what was added before somebody asked is written before he is answered.
            var orders = TakeOrders();
            try
            {
                await RoundAsync(isLast, orders);
                if (!isLast && _store is not null && !_block.HasFailed)
                    Gather();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // A record that cannot be written must not end the log.
                Log.Broken(_logger, exception);
                GiveUp();
                Fail(orders, new RequestStoreException("records were given up", exception));
            }

            if (isLast)
                break;
            if (_block is { HasEnough: true, HasFailed: false })
                _signal.Set();
            Volatile.Write(ref _isInHand, 0);
        }

        GiveUp();
        Tail.Complete();
        Fail(TakeOrders(), new RequestStoreException("the gateway ends"));
    }

    // While nobody else has the block in hand, a record becomes bytes at once: it is in the processor's caches now, and gone before the garbage
    // collector sees it; and the loop need not be woken.
    private bool TryAddAtOnce(RequestRecord record)
    {
        if (_store is null || Interlocked.CompareExchange(ref _isInHand, 1, 0) != 0)
            return false;
        var (isAdded, hasEnough) = (false, false);
        try
        {
            isAdded = _block.TryAddAtOnce(record);
            if (isAdded)
                Volatile.Write(ref _taken, _taken + 1);
            hasEnough = isAdded && _block.HasEnough;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Broken(_logger, exception);
        }

        Volatile.Write(ref _isInHand, 0);
        if (hasEnough)
            _signal.Set();
        return isAdded;
    }

    // Whoever adds a record has it for a microsecond.
    private void TakeInHand()
    {
        var wait = new SpinWait();
        while (Interlocked.CompareExchange(ref _isInHand, 1, 0) != 0)
            wait.SpinOnce();
    }

    private bool IsKnownClean(string text) => ReferenceEquals(_redactor, _knownBy) && _knownClean.Contains(text);

    private async Task RoundAsync(bool isLast, List<Order> orders)
    {
        await FollowConfigAsync();
        if (_store is not { } store)
        {
            GiveUp();
            Fail(orders, new RequestStoreException(Problem ?? "the log of requests is off"));
            return;
        }

        var hasOrders = orders.Count > 0;
        if (_failures > 0 && !isLast && !hasOrders && _time.GetTimestamp() is var now && now < _retryAt)
        {
            FlushIn(_time.GetElapsedTime(now, _retryAt));
            return;
        }

        var isDue = TakeFlush() || isLast || hasOrders || _failures > 0 || _isUpkeepDue || _upkeep.IsDue;
        await WriteAsync(store, isDue, isLast);
        if (!isDue)
            return;

        await DoAsync(orders, store);
        if (isLast)
            return;
        if (_failures > 0)
        {
            // A store that is full is written again when something has gone.
            if (!_isUpkeepDue)
                return;
            _isUpkeepDue = false;
            await UpkeepAsync(() => _upkeep.MakeRoomAsync(store, _config, CancellationToken.None));
            return;
        }

        if (_isUpkeepDue || _upkeep.IsDue)
        {
            _isUpkeepDue = false;
            Settle();
            await UpkeepAsync(() => _upkeep.RunAsync(store, _config, CancellationToken.None));
        }
    }

    // What came while that was written waits for its own time, unless it is much.
    private async Task WriteAsync(IRequestStore store, bool isDue, bool isLast)
    {
        var isMore = true;
        for (var i = 0; i < MostBlocksAtOnce && isMore; i++)
        {
            var hasFailed = _block.HasFailed;
            if (!hasFailed)
                Gather();
            var isFull = _block.IsFull;
            if (_block.Waiting > 0 && (isDue || _block.HasEnough) && !await WriteAsync(store))
                return;
            isMore = _queue.Count >= (isLast || (isDue && (isFull || hasFailed)) ? 1 : Gathered);
        }

        if (isMore)
            _signal.Set();
    }

    private async Task<bool> WriteAsync(IRequestStore store)
    {
        if (_block.HasEnough)
            Volatile.Write(ref _filledAt, _time.GetTimestamp());
        RecordBlock block;
        int before;
        try
        {
            (block, before) = await _block.WriteAsync(store, await CleanBodiesAsync());
        }
        catch (RequestStoreException exception)
        {
            Failed(exception);
            return false;
        }

        if (_failures > 0)
            Log.Recovered(_logger, store.Place);
        (_failures, _problem, _taken) = (0, null, 0);
        _bodies.Clear();
        _meters.Wrote(block.Count - before);
        Tail.Publish(block, before);
        if (_block.IsGrown)
            Settle();
        return true;
    }

    private void Gather()
    {
        while (!_block.IsFull && _queue.TryTake(out var record, out var body))
        {
            _taken++;
            if (body is not null)
                _bodies.Add(body);
            _block.Add(record);
        }
    }

    private void Settle()
    {
        if (_block.Settle() is var written and > 0)
            _upkeep.Wrote(written);
    }

    private async ValueTask<List<RequestBody>> CleanBodiesAsync()
    {
        for (var i = _bodies.Count - 1; i >= 0; i--)
        {
            try
            {
                _bodies[i] = _redactor.Apply(_bodies[i]);
            }
            catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
            {
                // Rather nothing than something that may hold a secret.
                _bodies.RemoveAt(i);
                _meters.ShedBody();
            }
        }

        // Behind the redaction: what it took out, nobody needs to know in another form either.
        for (var i = 0; i < _bodies.Count && _addVectors is not null && _config.KeepsVectors; i++)
        {
            if (_bodies[i].Input is { } input)
                _bodies[i] = _bodies[i] with { Input = await _addVectors(input, CancellationToken.None) };
        }

        return _bodies;
    }

    private async Task UpkeepAsync(Func<ValueTask<bool>> step)
    {
        try
        {
            // What is left for another time comes right after what has been written meanwhile.
            if (await step())
                UpkeepIsDue();
        }
        catch (RequestStoreException exception)
        {
            if (!exception.IsConflict)
                Log.UpkeepFailed(_logger, exception.Message);
        }
    }

    private static async Task DoAsync(List<Order> orders, IRequestStore store)
    {
        foreach (var (action, done) in orders)
        {
            try
            {
                await action(store, CancellationToken.None);
                done.TrySetResult();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                done.TrySetException(exception);
            }
        }
    }

    private async Task FollowConfigAsync()
    {
        var config = _config;
        if (_opened is { } opened && RequestStoreFactory.IsSame(opened, config))
        {
            if (_store is not null || config.Store == RequestLogStore.None || _time.GetTimestamp() < _retryAt)
                return;
        }

        if (_store is { } before)
        {
            _store = null;
            await before.DisposeAsync();
        }

        _opened = config;
        if (_stores.Create(config) is not { } store)
            return;
        try
        {
            await store.OpenAsync(CancellationToken.None);
            _store = store;
            (_failures, _problem) = (0, null);
            Log.Opened(_logger, store.Name, store.Place);
        }
        catch (RequestStoreException exception)
        {
            await store.DisposeAsync();
            Failed(exception);
        }
    }

    private void Failed(RequestStoreException exception)
    {
        _meters.Failed();

        // One failure is told once, not with every try.
        if (_failures++ == 0 || _problem != exception.Message)
            Log.Failed(_logger, exception.Message);
        Volatile.Write(ref _problem, exception.Message);
        var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 250 * Math.Pow(2, Math.Min(_failures - 1, 10))));
        _retryAt = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        FlushIn(pause);
    }

    // Where there is no store, or no time any more, what waits is given up, and counted.
    private void GiveUp()
    {
        var (records, bodies) = (_taken, _bodies.Count);
        for (; _queue.TryTake(out _, out var body); records++)
            bodies += body is null ? 0 : 1;
        if (records > 0)
            _meters.Shed(records);
        for (; bodies > 0; bodies--)
            _meters.ShedBody();
        Forget();
    }

    private void Forget()
    {
        _taken = 0;
        _bodies.Clear();
        _block.Settle();
    }

    private void FlushIn(TimeSpan time)
    {
        if (Interlocked.Exchange(ref _isFlushTimed, 1) == 0)
            _flushTimer.Change(time, Timeout.InfiniteTimeSpan);
    }

    private bool TakeFlush()
    {
        if (!_isFlushDue)
            return false;
        _isFlushDue = false;
        return true;
    }

    // Where so much came meanwhile that it was written at once, nothing has waited for longer than since then: small blocks are for quiet times.
    private void FlushIsDue()
    {
        if (Volatile.Read(ref _filledAt) is var filled && filled != long.MinValue && FlushInterval - _time.GetElapsedTime(filled) is var rest && rest > TimeSpan.Zero)
        {
            _flushTimer.Change(rest, Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref _isFlushTimed, 0);
        _isFlushDue = true;
        _signal.Set();
    }

    private void UpkeepIsDue()
    {
        _isUpkeepDue = true;
        _signal.Set();
    }

    private List<Order> TakeOrders()
    {
        lock (_gate)
        {
            if (_orders.Count == 0)
                return [];
            var orders = _orders;
            _orders = [];
            return orders;
        }
    }

    private static void Fail(List<Order> orders, RequestStoreException exception)
    {
        foreach (var (_, done) in orders)
            done.TrySetException(exception);
    }

    private readonly record struct Order(Func<IRequestStore, CancellationToken, ValueTask> Action, TaskCompletionSource Done);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Requests are on record in {Store} {Place}")]
        public static partial void Opened(ILogger logger, string store, string place);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The log of requests cannot be written; requests go on, and it is tried again: {Problem}")]
        public static partial void Failed(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "The log of requests is written again: {Place}")]
        public static partial void Recovered(ILogger logger, string place);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old records could not be removed from the log of requests: {Problem}")]
        public static partial void UpkeepFailed(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "Block {Number} of the log of requests cannot be read; it is left as it is")]
        public static partial void Unreadable(ILogger logger, long number, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "Records of requests were given up")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}
