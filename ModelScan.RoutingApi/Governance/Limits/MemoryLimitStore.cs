using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// Counts in this process. One lock guards all counters, so that claims on several limits are one step; it is held for some hundred nanoseconds. What the process
/// set aside goes with it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class MemoryLimitStore(TimeProvider time) : ILimitStore
{
    // Subjects come from headers of clients. Beyond this many those that are idle go; where none is, the rest shares one counter.
    private const int MostSubjects = 100_000;
    private const string Overflow = "*";
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    // By the limit's name in stores, by subject. Keys of one text are hashed in a fraction of the time that pairs take, which counts: a limit
    // is looked for with every request.
    private readonly Dictionary<string, Dictionary<string, Counter>> _counters = [];
    private readonly Lock _gate = new();
    private int _count;
    private DateTimeOffset _nextSweep;

    /// <inheritdoc/>
    public ValueTask<ReserveAnswer> ReserveAsync(string lease, LimitClaim[] claims, HeldClaim[] before, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Reserve(claims, before));

    /// <inheritdoc/>
    public string? Problem => null;

    /// <inheritdoc/>
    public bool NamesLeases => false;

    /// <summary>Sets amounts aside.</summary>
    /// <param name="claims">What is asked for.</param>
    /// <param name="before">What they take the place of.</param>
    /// <param name="most">How much of each may be used here, where that is not the limit's whole amount.</param>
    public ReserveAnswer Reserve(LimitClaim[] claims, HeldClaim[] before, long[]? most = null)
    {
        var now = time.GetUtcNow();
        var uses = new LimitUse[claims.Length];
        lock (_gate)
        {
            for (var i = 0; i < before.Length; i++)
                Hold(before[i], -before[i].Claim.Amount);
            var held = new HeldClaim[claims.Length];
            var refused = -1;
            for (var i = 0; i < held.Length; i++)
            {
                var (limit, subject, amount) = claims[i];
                var counter = Find(limit, subject, now);
                uses[i] = counter.Use(limit, now);
                held[i] = new HeldClaim(claims[i], counter.Window, counter.End, Place: counter);
                if (refused < 0 && !Fits(limit, uses[i], amount, most is null ? limit.Amount : most[i]))
                    refused = i;
            }

            if (refused >= 0)
            {
                for (var i = 0; i < before.Length; i++)
                    Hold(before[i], before[i].Claim.Amount);
                return new ReserveAnswer(refused, [], uses);
            }

            for (var i = 0; i < held.Length; i++)
            {
                var counter = (Counter)held[i].Place!;
                counter.Held += claims[i].Amount;
                uses[i] = uses[i] with { Held = counter.Held };
            }

            return new ReserveAnswer(-1, held, uses);
        }
    }

    /// <summary>Whether a claim fits.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="use">How far it is used.</param>
    /// <param name="amount">What is asked for.</param>
    /// <param name="most">How much of it may be used.</param>
    public static bool Fits(Limit limit, LimitUse use, long amount, long most) => limit.Config.Mode switch
    {
        LimitMode.Hard => use.Used + use.Held + amount <= most,
        LimitMode.Soft => use.Used < most,
        _ => true,
    };

    /// <inheritdoc/>
    public ValueTask SettleAsync(string lease, HeldClaim[] held, long[] used)
    {
        lock (_gate)
        {
            for (var i = 0; i < held.Length; i++)
            {
                Hold(held[i], -held[i].Claim.Amount);
                Charge(held[i], used[i]);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RenewAsync(string lease, HeldClaim[] held) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public LimitUse Peek(Limit limit, string subject)
    {
        var now = time.GetUtcNow();
        lock (_gate)
            return Find(limit, subject, now).Use(limit, now);
    }

    /// <inheritdoc/>
    public ValueTask<LimitUse[]> ReadAsync(LimitClaim[] claims, CancellationToken cancellationToken) =>
        ValueTask.FromResult<LimitUse[]>([.. claims.Select(claim => Peek(claim.Limit, claim.Subject))]);

    /// <inheritdoc/>
    public IReadOnlyList<SubjectUse> Subjects(Limit limit, int most)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_counters.TryGetValue(limit.StoreName, out var subjects))
                return [];
            return
            [
                .. subjects.Select(pair => new SubjectUse(limit.StoreName, pair.Key, pair.Value.Use(limit, now)))
                    .OrderByDescending(use => use.Use.Used + use.Use.Held).Take(most),
            ];
        }
    }

    /// <summary>Raises what counts as used to what somebody else knows of it.</summary>
    public void Learn(Limit limit, string subject, long used)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var counter = Find(limit, subject, now);
            if (limit.Window is { IsRolling: false })
                counter.Used = Math.Max(counter.Used, used);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Hold(in HeldClaim held, long amount)
    {
        if (CounterOf(held) is not { } counter)
            return;

        // What belongs to a window that is over went with it; a rolling one keeps what is set aside, whenever that was.
        if (counter.Window == held.Window || held.Claim.Limit.Window is not { IsRolling: false })
            counter.Held = Math.Max(0, counter.Held + amount);
    }

    private void Charge(in HeldClaim held, long used)
    {
        if (used == 0 || held.Claim.Limit.Window is not { } window)
            return;
        if (CounterOf(held) is not { } counter)
            return;
        if (window.IsRolling)
            counter.Charge(held.Window, used);
        else if (counter.Window == held.Window)
            counter.Used += used;
    }

    // Where nothing was set aside, the counter may have gone in the meantime.
    private Counter? CounterOf(in HeldClaim held)
    {
        if (held.Place is Counter { IsGone: false } place)
            return place;
        var subjects = _counters.GetValueOrDefault(held.Claim.Limit.StoreName);
        return subjects?.GetValueOrDefault(held.Claim.Subject) ?? subjects?.GetValueOrDefault(Overflow);
    }

    private Counter Find(Limit limit, string subject, DateTimeOffset now)
    {
        if (!_counters.TryGetValue(limit.StoreName, out var subjects))
            _counters.Add(limit.StoreName, subjects = []);
        if (!subjects.TryGetValue(subject, out var counter))
        {
            if (_count >= MostSubjects && !Sweep(now))
                subject = Overflow;
            if (!subjects.TryGetValue(subject, out counter))
            {
                subjects.Add(subject, counter = new Counter());
                _count++;
            }
        }

        counter.MoveTo(limit, now);
        return counter;
    }

    private bool Sweep(DateTimeOffset now)
    {
        // All are looked at, while nobody else can reserve: not for every subject that finds no room.
        if (now < _nextSweep)
            return false;
        _nextSweep = now + SweepInterval;
        foreach (var subjects in _counters.Values)
        {
            foreach (var (subject, idle) in subjects.Where(pair => pair.Value.IsIdle(now)).ToArray())
            {
                idle.IsGone = true;
                subjects.Remove(subject);
                _count--;
            }
        }

        return _count < MostSubjects;
    }

    /// <summary>The use of one subject.</summary>
    private sealed class Counter
    {
        private long[]? _buckets;
        private TimeSpan _bucketLength;

        public long Window { get; private set; } = long.MinValue;

        public DateTimeOffset End { get; private set; }

        public long Used { get; set; }

        public long Held { get; set; }

        /// <summary>Whether nobody finds it any more.</summary>
        public bool IsGone { get; set; }

        public bool IsIdle(DateTimeOffset now) => Held == 0 && now >= End + (_bucketLength * LimitWindow.Buckets);

        public void MoveTo(Limit limit, DateTimeOffset now)
        {
            if (limit.Window is not { } window)
            {
                (Window, End) = (0, now);
                return;
            }

            var span = window.At(now);
            if (span.Id == Window || (span.Id < Window && !window.IsRolling))
                return; // a clock that is set back opens no window twice
            if (window.IsRolling)
                MoveBuckets(span.Id, window.BucketLength);
            else
                (Used, Held) = (0, 0);
            (Window, End) = (span.Id, span.End);
        }

        public LimitUse Use(Limit limit, DateTimeOffset now)
        {
            if (limit.Window is null)
                return new LimitUse(0, Held, now);
            MoveTo(limit, now);
            return new LimitUse(Used, Held, _buckets is null ? End : End + (_bucketLength * BucketsUntilFree()));
        }

        public void Charge(long bucket, long used)
        {
            if (_buckets is null || bucket <= Window - LimitWindow.Buckets || bucket > Window)
                return;
            _buckets[Place(bucket)] += used;
            Used += used;
        }

        // The place of a bucket that comes into use is that of the one that has just left.
        private void MoveBuckets(long bucket, TimeSpan length)
        {
            _bucketLength = length;
            _buckets ??= new long[LimitWindow.Buckets];
            if (Window == long.MinValue || bucket - Window >= LimitWindow.Buckets || bucket < Window)
            {
                Array.Clear(_buckets);
                Used = 0;
                return;
            }

            for (var next = Window + 1; next <= bucket; next++)
            {
                Used -= _buckets[Place(next)];
                _buckets[Place(next)] = 0;
            }
        }

        // The oldest bucket with something in it leaves first.
        private int BucketsUntilFree()
        {
            for (var age = LimitWindow.Buckets - 1; age > 0; age--)
            {
                if (_buckets![Place(Window - age)] > 0)
                    return LimitWindow.Buckets - 1 - age;
            }

            return LimitWindow.Buckets - 1;
        }

        private static int Place(long bucket) => (int)(((bucket % LimitWindow.Buckets) + LimitWindow.Buckets) % LimitWindow.Buckets);
    }
}
