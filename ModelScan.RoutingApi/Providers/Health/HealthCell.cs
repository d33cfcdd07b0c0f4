using Polly;
using Polly.CircuitBreaker;

namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>
/// The health of one provider, key or model:
/// <list type="number">
/// <item>a rate limit and a refused account cool it down at once, and so does whatever comes with a <c>Retry-After</c>; other failures do when they are half of at least
/// <see cref="LeastRequests"/> within <see cref="Window"/>, counted from the first failure on (a circuit breaker);</item>
/// <item>it is left alone for as long as the provider asked for, else for a time that grows (<see cref="CoolDown"/>);</item>
/// <item>then one request at a time finds out whether it is well again; an answer heals it, a failure cools it down for longer.</item>
/// </list>
/// Thread-safe; whoever asks about a healthy one takes no lock.
/// </summary>
internal sealed class HealthCell
{
    /// <summary>How many requests a failure rate is worth anything of.</summary>
    public const int LeastRequests = 4;

    /// <summary>How far back failures count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    // How long a probe may take before the next one is let through.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Action<HealthCell, string, TimeSpan> _cooledDown;
    private readonly Lock _gate = new();
    private readonly ResiliencePipeline<HealthSignal> _breaker;
    private long _until; // as a timestamp of the clock; 0 while healthy
    private long _probeUntil;
    private long _lastFailed; // likewise; 0 when that is longer ago than failures count
    private int _streak;
    private string? _reason;
    private DateTimeOffset? _lastFailure;

    /// <summary>Begins healthy.</summary>
    /// <param name="scope">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads the ends of cool-downs.</param>
    /// <param name="cooledDown">Told of every cool-down, its reason and its length.</param>
    public HealthCell(HealthScope scope, string name, TimeProvider time, Random random, Action<HealthCell, string, TimeSpan> cooledDown)
    {
        (Scope, Name, _time, _random, _cooledDown) = (scope, name, time, random, cooledDown);
        _breaker = new ResiliencePipelineBuilder<HealthSignal> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HealthSignal>
            {
                FailureRatio = 0.5,
                MinimumThroughput = LeastRequests,
                SamplingDuration = Window,
                ShouldHandle = static arguments => ValueTask.FromResult(IsCounted(arguments.Outcome.Result)),

                // The cell says when it is let through again; until then the breaker is not asked.
                BreakDuration = TimeSpan.FromMilliseconds(500),
                OnOpened = arguments =>
                {
                    Open(arguments.Outcome.Result, null);
                    return default;
                },
            })
            .Build();
    }

    public HealthScope Scope { get; }

    public string Name { get; }

    /// <summary>What metrics call it, where that is not its name.</summary>
    public string? Label { get; init; }

    /// <summary>Why it is left alone; <see langword="null"/> while it is not.</summary>
    public string? Reason => IsCoolingDown ? _reason : null;

    /// <summary>Whether it is left alone, or being probed by somebody.</summary>
    public bool IsCoolingDown
    {
        get
        {
            var until = Volatile.Read(ref _until);
            if (until == 0)
                return false;
            var now = _time.GetTimestamp();
            return now < until || now < Volatile.Read(ref _probeUntil);
        }
    }

    /// <summary>Whether a request may be sent: to whoever is healthy always, after a cool-down one at a time.</summary>
    public bool TryEnter()
    {
        var until = Volatile.Read(ref _until);
        if (until == 0)
            return true;
        var now = _time.GetTimestamp();
        var probe = Volatile.Read(ref _probeUntil);
        return now >= until && now >= probe && Interlocked.CompareExchange(ref _probeUntil, now + Ticks(ProbeLimit), probe) == probe;
    }

    /// <summary>Takes note of what an attempt came to.</summary>
    public void Observe(HealthSignal signal, TimeSpan? retryAfter)
    {
        // Most of what ever happens is that whoever is healthy answers.
        if (signal == HealthSignal.Answered && Volatile.Read(ref _lastFailed) == 0 && Volatile.Read(ref _until) == 0)
            return;
        lock (_gate)
        {
            if (signal == HealthSignal.Answered)
                Heal();
            else
                Fail(signal, retryAfter);
        }
    }

    /// <summary>How it is now.</summary>
    public HealthReport Report()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var status = _until == 0 ? "healthy" : now < _probeUntil ? "probing" : now < _until ? "cooling_down" : "recovering";
            return new HealthReport(
                Scope, Name, status, _until == 0 ? null : _reason, now < _until ? _time.GetElapsedTime(now, _until) : null, _streak, _lastFailure);
        }
    }

    // One failure says little; a missing model may be something else that one request named.
    private static bool IsCounted(HealthSignal signal) => signal is HealthSignal.Failed or HealthSignal.Unreachable or HealthSignal.ModelMissing;

    private void Heal()
    {
        Tell(HealthSignal.Answered);
        (_until, _probeUntil, _streak, _reason) = (0, 0, 0, null);

        // The breaker counts answers as well, as long as there are failures for them to be weighed against.
        if (_time.GetElapsedTime(_lastFailed) > Window)
            _lastFailed = 0;
    }

    private void Fail(HealthSignal signal, TimeSpan? retryAfter)
    {
        var isProbe = _until != 0;
        _streak++;
        (_lastFailed, _lastFailure) = (Math.Max(1, _time.GetTimestamp()), _time.GetUtcNow());
        if (IsCounted(signal) && retryAfter is null && !isProbe)
            Tell(signal);
        else
            Open(signal, retryAfter);
    }

    private void Open(HealthSignal signal, TimeSpan? retryAfter)
    {
        var left = CoolDown.Of(signal, Math.Max(1, _streak), retryAfter, _random.NextDouble());
        _reason = signal switch
        {
            HealthSignal.RateLimited => "rate limited",
            HealthSignal.Unreachable => "cannot be reached",
            HealthSignal.AccountRefused => "its account or key is refused",
            HealthSignal.ModelMissing => "its provider does not have it",
            _ => "fails",
        };
        _until = _time.GetTimestamp() + Ticks(left);
        _probeUntil = 0;
        _cooledDown(this, _reason, left);
    }

    private void Tell(HealthSignal signal)
    {
        try
        {
            _breaker.Execute(static signal => signal, signal);
        }
        catch (BrokenCircuitException)
        {
            // It is open already.
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
