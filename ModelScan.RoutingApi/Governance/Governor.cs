using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.Governance.Limits.Redis;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Governance;

/// <summary>
/// Governs requests by keys and limits. Where a configuration has neither, a request costs one comparison. It holds the store of limits, which outlives
/// configurations that do not name another.
/// </summary>
internal sealed partial class Governor : IRequestGovernor, IAsyncDisposable
{
    private const int MostWarned = 10_000;

    private readonly Random _random;
    private readonly ILogger<Governor> _logger;
    private readonly CurrentSnapshot _current;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<(string Limit, string Subject), (long Window, int Percent)> _warned = new();
    private readonly ConcurrentDictionary<string, KeyUse> _uses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _settling = new();
    private ILimitStore? _store;
    private StoreAddress? _address;

    /// <summary>Opens the store that the configuration in force names.</summary>
    public Governor(CurrentSnapshot current, ModelMetricsRefresher metrics, GovernanceMeters meters, TimeProvider time, Random random, ILogger<Governor> logger)
    {
        (_current, Meters, Time, _random, _logger) = (current, meters, time, random, logger);
        Prices = new TokenPrices(metrics);
        meters.Degraded = () => _store?.Problem is not null;
        meters.Requests = () => _uses.Select(use => new Measurement<long>(Volatile.Read(ref use.Value.Requests), new KeyValuePair<string, object?>("key", use.Key)));
        meters.Waiting = () => (_store as RedisLimitStore)?.Journal.Waiting ?? 0;
        current.Replaced += Open;
        Open(current.Value);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>What is measured.</summary>
    public GovernanceMeters Meters { get; }

    /// <summary>What tokens cost.</summary>
    public TokenPrices Prices { get; }

    /// <summary>How long answers have been.</summary>
    public OutputHistory Outputs { get; } = new();

    /// <summary>The last refusals.</summary>
    public RecentRefusals Refusals { get; } = new();

    /// <summary>Where limits are counted; <see langword="null"/> where there are none.</summary>
    public ILimitStore? Store => Volatile.Read(ref _store);

    /// <inheritdoc/>
    public ValueTask<RequestAllowance?> BeginAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        var config = request.Snapshot.Config.Governance;
        return config.IsOn ? GovernAsync(request, GovernanceRules.Of(config), cancellationToken) : default;
    }

    /// <summary>How often a key was used since this gateway started, and when it was last.</summary>
    public (long Requests, DateTimeOffset? Last) UseOf(string key) => _uses.TryGetValue(key, out var use) ? (Volatile.Read(ref use.Requests), use.Last) : (0, null);

    /// <summary>A request of a key is over.</summary>
    public void Counts(string key)
    {
        var use = _uses.GetOrAdd(key, static _ => new KeyUse());
        Interlocked.Increment(ref use.Requests);
        use.Last = Time.GetUtcNow();
    }

    /// <summary>A request was refused, or would have been.</summary>
    public void Refused(ClientRequest request, string reason, ModelTarget? target, bool isShadow) => Refused(request.Caller?.Key?.Id, reason, target?.Name, isShadow);

    /// <summary>A request was refused before anybody looked at what it asks.</summary>
    /// <param name="key">The key's id; <see langword="null"/> for none.</param>
    /// <param name="reason">The limit, or what else was missing.</param>
    /// <param name="model">The model that it was about; <see langword="null"/> for none.</param>
    /// <param name="isShadow">Whether it was told and not done.</param>
    public void Refused(string? key, string reason, string? model, bool isShadow)
    {
        Meters.Refusals.Add(1, new("reason", reason), new KeyValuePair<string, object?>("shadow", isShadow ? "true" : "false"));
        Refusals.Add(new RefusalRecord(Time.GetUtcNow(), key, reason, model, isShadow));
    }

    /// <summary>Tells of percentages that were reached, once for each window.</summary>
    public void Warn(LimitClaim[] claims, LimitUse[] uses)
    {
        for (var i = 0; i < claims.Length; i++)
        {
            var (limit, subject, _) = claims[i];
            if (limit.Config.WarnAt.Count == 0 || limit.Amount == 0)
                continue;
            var filled = uses[i].Used + uses[i].Held;
            if (_warned.IsEmpty && filled < limit.FirstWarning)
                continue;
            var percent = (int)Math.Min(100, filled / (double)limit.Amount * 100);
            var reached = 0;
            foreach (var mark in limit.Config.WarnAt)
                reached = percent >= mark ? mark : reached;
            var window = limit.Window?.At(Time.GetUtcNow()).Id ?? 0;
            if (limit.Window is { IsRolling: true })
                window = 0;
            var before = _warned.TryGetValue((limit.Config.Id, subject), out var last) && last.Window == window ? last.Percent : 0;
            if (reached == before || (_warned.Count >= MostWarned && before == 0 && !_warned.ContainsKey((limit.Config.Id, subject))))
                continue;
            _warned[(limit.Config.Id, subject)] = (window, reached);
            if (reached <= before)
                continue;
            Meters.Warnings.Add(1, new("limit", limit.Config.Id), new KeyValuePair<string, object?>("percent", reached));
            Log.Reached(_logger, limit.Config.Id, subject, reached);
        }
    }

    /// <summary>Counts what a request used, without waiting for the store.</summary>
    public void Settle(ILimitStore store, string lease, HeldClaim[] held, long[] used)
    {
        var settling = store.SettleAsync(lease, held, used);
        if (settling.IsCompletedSuccessfully)
            return;
        var task = settling.AsTask();
        _settling.TryAdd(task, 0);
        _ = task.ContinueWith(static (done, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(done, out _), _settling, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _current.Replaced -= Open;
        await Task.WhenAny(Task.WhenAll(_settling.Keys), Task.Delay(TimeSpan.FromSeconds(2), Time));
        if (Interlocked.Exchange(ref _store, null) is { } store)
            await store.DisposeAsync();
    }

    private static RouteFailure Unknown(string why) => new(
        FailureKind.NotAllowed, new ClientError(StatusCodes.Status401Unauthorized, $"the key {why}", "invalid_api_key"));

    private async ValueTask<RequestAllowance?> GovernAsync(ClientRequest request, GovernanceRules rules, CancellationToken cancellationToken)
    {
        if (RefusalOf(request, rules) is { } refusal)
        {
            Refused(request, "invalid_api_key", null, isShadow: false);
            return new GovernedRequest(this, rules, request, null, LimitsOfRequest.None, refusal);
        }

        // Lists cost nothing, and are no requests to anybody.
        var limits = request.Kind == RequestKind.ModelList ? LimitsOfRequest.None : rules.LimitsOf(request);
        if (limits.All.Length == 0 && request.Caller?.Key is null)
            return null;
        var governed = new GovernedRequest(this, rules, request, limits.All.Length > 0 ? Store : null, limits, null);
        if (limits.All.Length == 0)
            return governed;
        try
        {
            await governed.BeginAsync(cancellationToken);
        }
        catch
        {
            // Nobody has it yet who would give back what is set aside.
            governed.Settle(null);
            throw;
        }

        return governed;
    }

    // What opened a connection that stays may have ended meanwhile; what nobody has looked at opens nothing.
    private RouteFailure? RefusalOf(ClientRequest request, GovernanceRules rules)
    {
        if (!rules.Config.HasKeys)
            return null;
        if (request.Caller is not { } caller)
            return Unknown("is missing");
        if (caller.Key is not { } key)
            return null;
        return rules.Keys.Find(key.Id) is not { } now || now.Hash != key.Hash ? Unknown("is not known any more") : GatewayKeys.Problem(now, Time.GetUtcNow()) is { } problem ? Unknown(problem) : null;
    }

    private void Open(GatewaySnapshot snapshot)
    {
        var config = snapshot.Config.Governance;
        var wanted = config.Limits.Count == 0 ? null : new StoreAddress(config.Store, config.Store == LimitStoreKind.Redis ? config.RedisUrl : null, config.OnStoreFailure, config.StoreTimeout, config.Lease);
        ILimitStore? former;
        lock (_gate)
        {
            if (wanted == _address)
                return;
            former = _store;
            _address = wanted;
            Volatile.Write(ref _store, wanted is null ? null : OpenStore(config));
        }

        if (former is not null)
            _ = CloseAsync(former, config.Lease);
    }

    private ILimitStore OpenStore(GovernanceConfig config)
    {
        try
        {
            return config.Store == LimitStoreKind.Redis ? new RedisLimitStore(config, Time, _random, _logger) : new MemoryLimitStore(Time);
        }
        catch (FormatException exception)
        {
            throw new InvalidConfigException("governance", [new ConfigError("governance.redis", 0, exception.Message)]);
        }
    }

    // Requests that run settle where they began.
    private async Task CloseAsync(ILimitStore store, TimeSpan lease)
    {
        await Task.Delay(lease, Time);
        await store.DisposeAsync();
    }

    private sealed class KeyUse
    {
        private long _last;

        public long Requests;

        public DateTimeOffset Last
        {
            get => new(Volatile.Read(ref _last), TimeSpan.Zero);
            set => Volatile.Write(ref _last, value.UtcTicks);
        }
    }

    private sealed record StoreAddress(LimitStoreKind Kind, string? Url, StoreFailure OnFailure, TimeSpan Timeout, TimeSpan Lease);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Limit {Limit}: {Subject} has reached {Percent} %")]
        public static partial void Reached(ILogger logger, string limit, string subject, int percent);
    }
}
