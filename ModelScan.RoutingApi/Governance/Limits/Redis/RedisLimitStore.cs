using System.Collections.Concurrent;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;
using StackExchange.Redis;

namespace ModelScan.RoutingApi.Governance.Limits.Redis;

/// <summary>
/// Counts in a Redis server, so that gateways share every limit:
/// <list type="number">
/// <item>what a request asks of several limits is one script, all or nothing (on a cluster one for each limit, in order, undone where a later one refuses);</item>
/// <item>what is set aside is a lease that ends by itself; requests that run longer renew it;</item>
/// <item>a request is settled once, by its lease, however often that is said;</item>
/// <item>a server that is too slow, or gone, is not waited for: the configuration says whether each gateway counts for itself meanwhile, up to its share of
/// what is left, or lets pass, or refuses; what is used then is noted and counted when the server is back;</item>
/// <item>what was heard last of a window is told with every question, so that a server that comes back empty learns it.</item>
/// </list>
/// </summary>
internal sealed partial class RedisLimitStore : ILimitStore
{
    private const int FailuresUntilGone = 3;
    private const int MostKnown = 100_000;
    private const int MostWindowTries = 3;
    private static readonly TimeSpan LongestReplay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReplicaBeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReplicaAge = TimeSpan.FromMinutes(1);
    private static readonly RedisKey Replicas = "ms:{replicas}";

    private readonly RedisConnection _connection;
    private readonly LimitCommands _commands;
    private readonly GovernanceConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly MemoryLimitStore _local;
    private readonly SettleJournal _journal = new();
    private readonly ConcurrentDictionary<(string Limit, string Subject), Known> _known = new();
    private readonly ConcurrentDictionary<string, Lease> _live = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _life = new();
    private readonly Task _beating;
    private long _offset; // of the server's clock from this one's, in ms
    private int _failures;
    private int _replicas = 1;
    private volatile bool _isGone;

    /// <summary>Begins to connect.</summary>
    public RedisLimitStore(GovernanceConfig config, TimeProvider time, Random random, ILogger logger)
    {
        (_config, _time, _logger) = (config, time, logger);
        _name = $"{Environment.MachineName}-{Environment.ProcessId}-{random.Next():x8}";
        _local = new MemoryLimitStore(new Shifted(this));
        _commands = new LimitCommands(config.Lease);
        _connection = new RedisConnection(RedisAddress.Parse(config.RedisUrl!), time, random.NextDouble(), logger, "limits");
        _beating = Task.Run(BeatAsync);
    }

    /// <inheritdoc/>
    public bool NamesLeases => true;

    /// <inheritdoc/>
    public string? Problem => _isGone ? $"Redis does not answer: {ConfigNames<StoreFailure>.Of(_config.OnStoreFailure)}" : null;

    /// <summary>Settlements that wait for the server, and those that were given up.</summary>
    public (int Waiting, long Lost) Journal => (_journal.Count, _journal.Lost);

    private DateTimeOffset Now => _time.GetUtcNow().AddMilliseconds(Volatile.Read(ref _offset));

    /// <inheritdoc/>
    public async ValueTask<ReserveAnswer> ReserveAsync(string lease, LimitClaim[] claims, HeldClaim[] before, CancellationToken cancellationToken)
    {
        if (!_isGone)
        {
            try
            {
                if (!_connection.FirstAttempt.IsCompleted)
                    await _connection.FirstAttempt.WaitAsync(_config.StoreTimeout, _time, cancellationToken);
                if (_connection.Database is { } database)
                {
                    var answer = await ReserveAsync(database, lease, claims, before, cancellationToken);
                    Volatile.Write(ref _failures, 0);
                    if (answer.Refused < 0)
                        _live[lease] = new Lease(answer.Held, _time.GetTimestamp());
                    return answer;
                }

                Fail("not connected", atOnce: true);
            }
            catch (Exception exception) when (RedisFault.Is(exception) && !cancellationToken.IsCancellationRequested)
            {
                Fail(exception.GetType().Name, atOnce: exception is RedisConnectionException);
            }
        }

        return ReserveWithout(claims, before);
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(string lease, HeldClaim[] held, long[] used)
    {
        _live.TryRemove(lease, out _);
        if (held.Length == 0)
            return;
        if (held[0].IsLocal)
            await _local.SettleAsync(lease, held, used);
        if (!await TrySettleAsync(new SettleJournal.Entry(lease, held, used)))
            _journal.Add(new SettleJournal.Entry(lease, held, used));
    }

    /// <inheritdoc/>
    public async ValueTask RenewAsync(string lease, HeldClaim[] held)
    {
        if (_isGone || _connection.Database is not { } database)
            return;
        try
        {
            await InSlotsAsync(database, held, (first, count) => _commands.RenewAsync(database, lease, held, first, count)).WaitAsync(RedisSessionStore.ReplyTimeout, _time);
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            // The next beat tries again, long before the lease ends.
        }
    }

    /// <inheritdoc/>
    public LimitUse Peek(Limit limit, string subject)
    {
        var span = SpanOf(limit);
        var use = _isGone ? _local.Peek(limit, subject) : new LimitUse(0, 0, span.End);
        return _known.TryGetValue((limit.StoreName, subject), out var known) && (known.Window == span.Id || limit.Window is not { IsRolling: false })
            ? use with { Used = Math.Max(use.Used, known.Used), Held = Math.Max(use.Held, known.Held) }
            : use;
    }

    /// <inheritdoc/>
    public async ValueTask<LimitUse[]> ReadAsync(LimitClaim[] claims, CancellationToken cancellationToken)
    {
        if (!_connection.FirstAttempt.IsCompleted)
            await Task.WhenAny(_connection.FirstAttempt, Task.Delay(_config.StoreTimeout, _time, cancellationToken));
        if (!_isGone && _connection.Database is { } database)
        {
            try
            {
                var groups = claims.Select(claim => new LimitCommands.Group("look", claim, SpanOf(claim.Limit))).ToArray();
                var uses = new LimitUse[claims.Length];
                await InSlotsAsync(database, claims.Length, async (first, count) =>
                {
                    var answer = await _commands.ReserveAsync(database, "", groups[first..(first + count)]);
                    Learn(answer);
                    for (var i = 0; i < count && answer.Length > 2; i++)
                        uses[first + i] = Note(groups[first + i], answer, i);
                }).WaitAsync(_config.StoreTimeout, _time, cancellationToken);
                return uses;
            }
            catch (Exception exception) when (RedisFault.Is(exception) && !cancellationToken.IsCancellationRequested)
            {
                Fail(exception.GetType().Name, atOnce: exception is RedisConnectionException);
            }
        }

        return [.. claims.Select(claim => Peek(claim.Limit, claim.Subject))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<SubjectUse> Subjects(Limit limit, int most) =>
    [
        .. _known.Keys.Where(key => key.Limit == limit.StoreName).Select(key => key.Subject).Distinct(StringComparer.Ordinal)
            .Select(subject => new SubjectUse(limit.StoreName, subject, Peek(limit, subject))).OrderByDescending(use => use.Use.Used + use.Use.Held).Take(most),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _beating;
        await ReplayAsync();
        await _connection.CloseAsync(_config.StoreTimeout);
        _life.Dispose();
    }

    private static bool IsCluster(IDatabase database) => database.Multiplexer.GetHashSlot(Replicas) >= 0;

    // One call for all where there is one server; in a cluster one for each.
    private static Task InSlotsAsync(IDatabase database, HeldClaim[] held, Func<int, int, Task> call) => InSlotsAsync(database, held.Length, call);

    private static async Task InSlotsAsync(IDatabase database, int count, Func<int, int, Task> call)
    {
        if (!IsCluster(database))
        {
            await call(0, count);
            return;
        }

        for (var i = 0; i < count; i++)
            await call(i, 1);
    }

    private WindowSpan SpanOf(Limit limit) => limit.Window is { } window ? window.At(Now) : new WindowSpan(0, DateTimeOffset.UnixEpoch, Now);

    private async ValueTask<ReserveAnswer> ReserveAsync(IDatabase database, string lease, LimitClaim[] claims, HeldClaim[] before, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var spans = new WindowSpan[claims.Length];
            for (var i = 0; i < spans.Length; i++)
                spans[i] = SpanOf(claims[i].Limit);
            var groups = Groups(claims, spans, before);
            var answer = IsCluster(database)
                ? await OneByOneAsync(database, lease, groups).WaitAsync(_config.StoreTimeout, _time, cancellationToken)
                : await _commands.ReserveAsync(database, lease, groups).WaitAsync(_config.StoreTimeout, _time, cancellationToken);
            Learn(answer);
            if (answer[0] < 0)
            {
                if (tries < MostWindowTries)
                    continue; // a window has just ended, or the clocks differ: both are known now
                throw new TimeoutException("the clock of the store runs away");
            }

            var uses = new LimitUse[claims.Length];
            for (var i = 0; i < uses.Length; i++)
                uses[i] = Note(groups[i], answer, i);
            if (answer[0] > 0)
                return new ReserveAnswer((int)answer[0] - 1, [], uses);
            var held = new HeldClaim[claims.Length];
            for (var i = 0; i < held.Length; i++)
                held[i] = new HeldClaim(claims[i], spans[i].Id, spans[i].End);
            return new ReserveAnswer(-1, held, uses);
        }
    }

    // The claims first, in their order; then what the lease holds of others.
    private List<LimitCommands.Group> Groups(LimitClaim[] claims, WindowSpan[] spans, HeldClaim[] before)
    {
        var groups = new List<LimitCommands.Group>(claims.Length + before.Length);
        for (var i = 0; i < claims.Length; i++)
        {
            var known = claims[i].Limit.Window is { IsRolling: false } && _known.TryGetValue((claims[i].Limit.StoreName, claims[i].Subject), out var last) && last.Window == spans[i].Id ? last.Used : 0;
            groups.Add(new LimitCommands.Group("take", claims[i], spans[i], known));
        }

        for (var i = 0; i < before.Length; i++)
        {
            var held = before[i];
            var isTaken = groups.Exists(group => group.Claim.Limit == held.Claim.Limit && group.Claim.Subject == held.Claim.Subject && (group.Span.Id == held.Window || held.Claim.Limit.Window is not { IsRolling: false }));
            if (!isTaken && held is { IsLocal: false, Claim.Amount: > 0 })
                groups.Add(new LimitCommands.Group("free", held.Claim, new WindowSpan(held.Window, DateTimeOffset.UnixEpoch, held.WindowEnd)));
        }

        return groups;
    }

    // Each limit's keys lie somewhere else: what was taken is given back where a later one refuses.
    private async Task<long[]> OneByOneAsync(IDatabase database, string lease, List<LimitCommands.Group> groups)
    {
        var whole = new long[2 + (groups.Count * 2)];
        for (var i = 0; i < groups.Count; i++)
        {
            var answer = await _commands.ReserveAsync(database, lease, [groups[i]]);
            (whole[0], whole[1]) = (answer[0] > 0 ? i + 1 : answer[0], answer[1]);
            if (answer.Length > 2)
                (whole[2 + (i * 2)], whole[3 + (i * 2)]) = (answer[2], answer[3]);
            if (answer[0] == 0)
                continue;
            for (var taken = 0; taken < i; taken++)
                await _commands.ReserveAsync(database, lease, [groups[taken] with { Act = "free" }]);
            return whole;
        }

        return whole;
    }

    private LimitUse Note(in LimitCommands.Group group, long[] answer, int place)
    {
        var (limit, span) = (group.Claim.Limit, group.Span);
        var use = new LimitUse(answer[2 + (place * 2)], answer[3 + (place * 2)], limit.Window is null ? Now : span.End);
        if (_known.Count < MostKnown || _known.ContainsKey((limit.StoreName, group.Claim.Subject)))
            _known[(limit.StoreName, group.Claim.Subject)] = new Known(span.Id, use.Used, use.Held);
        return use;
    }

    private void Learn(long[] answer) =>
        Volatile.Write(ref _offset, answer[1] - _time.GetUtcNow().ToUnixTimeMilliseconds());

    private ReserveAnswer ReserveWithout(LimitClaim[] claims, HeldClaim[] before)
    {
        if (_config.OnStoreFailure == StoreFailure.Closed && claims.Any(claim => claim.Limit.Config.Mode != LimitMode.Shadow))
            return new ReserveAnswer(ReserveAnswer.Unavailable, [], []);
        var most = new long[claims.Length];
        for (var i = 0; i < most.Length; i++)
            most[i] = _config.OnStoreFailure == StoreFailure.Open ? long.MaxValue / 2 : ShareOf(claims[i]);
        var answer = _local.Reserve(claims, [.. before.Where(held => held.IsLocal)], most);
        for (var i = 0; i < answer.Held.Length; i++)
            answer.Held[i] = answer.Held[i] with { IsLocal = true };
        return answer;
    }

    // What is left, as it was heard last, is divided among the gateways that were there.
    private long ShareOf(in LimitClaim claim)
    {
        var limit = claim.Limit;
        var replicas = Math.Max(1, Volatile.Read(ref _replicas));
        var used = _known.TryGetValue((limit.StoreName, claim.Subject), out var known) && (limit.Window is not { IsRolling: false } || known.Window == SpanOf(limit).Id) ? known.Used : 0;
        var share = Math.Max(0, limit.Amount - used) / replicas;
        if (limit.Window is null)
            return Math.Max(1, limit.Amount / replicas);
        if (limit.Window.IsRolling)
            return share;
        _local.Learn(limit, claim.Subject, used);
        return used + share;
    }

    private async ValueTask<bool> TrySettleAsync(SettleJournal.Entry entry)
    {
        if (_isGone || _connection.Database is not { } database)
            return false;
        try
        {
            await InSlotsAsync(database, entry.Held, (first, count) => _commands.SettleAsync(database, entry.Lease, entry.Held, entry.Used, first, count))
                .WaitAsync(RedisSessionStore.ReplyTimeout, _time);
            return true;
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            Fail(exception.GetType().Name, atOnce: exception is RedisConnectionException);
            return false;
        }
    }

    private void Fail(string reason, bool atOnce)
    {
        if (Interlocked.Increment(ref _failures) < FailuresUntilGone && !atOnce)
            return;
        if (_isGone)
            return;
        _isGone = true;
        Log.Gone(_logger, reason, ConfigNames<StoreFailure>.Of(_config.OnStoreFailure), Volatile.Read(ref _replicas));
    }

    private async Task BeatAsync()
    {
        var (renewed, told) = (_time.GetTimestamp(), 0L);
        using var timer = new PeriodicTimer(Beat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_life.Token))
            {
                if (_isGone)
                    await LookAsync();
                if (_isGone || _connection.Database is not { } database)
                    continue;
                if (_journal.Count > 0)
                    await ReplayAsync();
                if (told == 0 || _time.GetElapsedTime(told) >= ReplicaBeat)
                {
                    told = _time.GetTimestamp();
                    await CountReplicasAsync(database);
                }

                if (_time.GetElapsedTime(renewed) >= _config.Lease / 3)
                {
                    renewed = _time.GetTimestamp();
                    await RenewAllAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
    }

    private async Task LookAsync()
    {
        if (_connection.Database is not { } database)
            return;
        try
        {
            await database.PingAsync().WaitAsync(_config.StoreTimeout, _time);
            Volatile.Write(ref _failures, 0);
            _isGone = false;
            Log.Back(_logger, _journal.Count);
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            // The next beat looks again.
        }
    }

    // An outage may leave tens of thousands: between some of them what is held is renewed, and nobody waits longer for the end.
    private async Task ReplayAsync()
    {
        var since = _time.GetTimestamp();
        for (var left = _journal.Count; left > 0 && _time.GetElapsedTime(since) < LongestReplay && _journal.TryTake(out var entry); left--)
        {
            if (await TrySettleAsync(entry))
                continue;
            _journal.Add(entry);
            return;
        }
    }

    private async Task CountReplicasAsync(IDatabase database)
    {
        try
        {
            var now = Now.ToUnixTimeMilliseconds();
            await database.SortedSetAddAsync(Replicas, _name, now).WaitAsync(RedisSessionStore.ReplyTimeout, _time);
            await database.SortedSetRemoveRangeByScoreAsync(Replicas, double.NegativeInfinity, now - ReplicaAge.TotalMilliseconds).WaitAsync(RedisSessionStore.ReplyTimeout, _time);
            Volatile.Write(ref _replicas, (int)Math.Clamp(await database.SortedSetLengthAsync(Replicas).WaitAsync(RedisSessionStore.ReplyTimeout, _time), 1, 10_000));
        }
        catch (Exception exception) when (RedisFault.Is(exception))
        {
            // As many as there were.
        }
    }

    private async Task RenewAllAsync()
    {
        foreach (var (lease, held) in _live)
        {
            if (_time.GetElapsedTime(held.Since) >= _config.Lease / 3 && held.Claims.Any(claim => claim.Claim.Amount > 0))
                await RenewAsync(lease, held.Claims);
        }
    }

    private sealed record Known(long Window, long Used, long Held);

    private sealed record Lease(HeldClaim[] Claims, long Since);

    // Counts in this process by the server's clock, so that its windows are those of the others.
    private sealed class Shifted(RedisLimitStore store) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => store.Now;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Limits are not counted in Redis ({Reason}); until it is back: {OnFailure}, {Replicas} gateways")]
        public static partial void Gone(ILogger logger, string reason, string onFailure, int replicas);

        [LoggerMessage(Level = LogLevel.Information, Message = "Limits are counted in Redis again; {Waiting} requests are counted now")]
        public static partial void Back(ILogger logger, int waiting);
    }
}
