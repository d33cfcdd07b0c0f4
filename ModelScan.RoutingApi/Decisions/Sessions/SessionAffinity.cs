using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Keeps the requests of a session together. <see cref="BeginAsync"/> finds the session before the router is asked,
/// <see cref="Conclude"/> weighs the router's answer against it and remembers the result, <see cref="RecordUsageAsync"/> adds
/// what the provider reported. Thread-safe. Two requests of one session that overlap do not wait for each other; the one that concludes
/// last is remembered.
/// </summary>
public sealed partial class SessionAffinity : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly SessionMetrics _metrics;
    private readonly ILogger<SessionAffinity> _logger;
    private readonly SessionStoreState _store;

    /// <summary>Begins with an empty memory, or to connect to the shared one.</summary>
    /// <param name="config">The settings to begin with; the store is opened at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Chance for the pauses between attempts to reach a store; used by several threads, so the one that all threads share or one of its own.</param>
    /// <param name="metrics">Counts what happens.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <exception cref="FormatException">The store is Redis and its URL is not one.</exception>
    public SessionAffinity(SessionConfig config, TimeProvider time, Random random, SessionMetrics metrics, ILoggerFactory loggers)
    {
        _time = time;
        _metrics = metrics;
        _logger = loggers.CreateLogger<SessionAffinity>();
        _store = new SessionStoreState(config, new SessionStoreServices(time, random, metrics, loggers));
    }

    /// <summary>
    /// Takes new settings over. Sessions in memory survive a new size or TTL; another kind of store or another server begins empty
    /// or with what that server holds.
    /// </summary>
    /// <exception cref="FormatException">The store is Redis and its URL is not one; the former store stays.</exception>
    public ValueTask ReconfigureAsync(SessionConfig config) => _store.ReplaceAsync(config);

    /// <summary>Finds the session of a request and reads what it remembers; never fails because of a store.</summary>
    /// <param name="facts">The request; its model with aliases resolved.</param>
    /// <param name="headers">The headers that concern sessions.</param>
    /// <param name="sessions">The session settings of the snapshot that serves this request.</param>
    /// <param name="promptCaching">The prompt caching settings of the same snapshot.</param>
    /// <param name="hasRoutes">Whether there are routes to choose from, configured or inline.</param>
    /// <param name="isKnownModel">
    /// Whether a model can still be reached; a session whose anchor cannot (it was taken out of the configuration) starts anew.
    /// <see langword="null"/> trusts every anchor.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for a store.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<SessionLookup> BeginAsync(
        RequestFacts facts,
        SessionHeaders headers,
        SessionConfig sessions,
        PromptCachingConfig promptCaching,
        bool hasRoutes,
        Predicate<string>? isKnownModel = null,
        CancellationToken cancellationToken = default)
    {
        var requested = facts.Model is null or "" or NoModel ? null : facts.Model;
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var budget = SwitchBudgetHeader.Apply(headers.MaxSwitchSpendPct, sessions.Budget, out var ignored);
        if (ignored)
            Log.BudgetHeaderIgnored(_logger);

        var wanted = SessionKey.WantsImplicit(sessions, promptCaching, budget, hasRoutes);
        var key = IsStorable(requested)
            ? SessionKey.Resolve(facts, headers, sessions.TenantHeader is { Length: > 0 }, wanted)
            : null;
        if (key is null)
            return new SessionLookup(null, null, new SessionTurn(null, now, requested, null), facts);

        var read = await _store.Current.GetAsync(key.StoreKey, cancellationToken);
        _metrics.Read(read.Status);
        var binding = read.Binding is { } found && isKnownModel?.Invoke(found.AnchorModel) != false ? found : null;
        var terms = SessionTerms.Of(key, sessions, promptCaching, budget);
        var turn = new SessionTurn(binding, now, requested, key.PrefixHash);
        var replay = SessionDecision.Replay(turn, facts, terms);
        if (replay is not null)
            Remember(key, terms, replay);
        return new SessionLookup(key, terms, turn, facts)
        {
            Read = read.Status,
            Replay = replay,
            Held = SessionDecision.Held(turn, terms),
        };
    }

    /// <summary>
    /// Decides between the session's model and the router's, and hands the result to the store without waiting for it.
    /// </summary>
    /// <param name="lookup">What <see cref="BeginAsync"/> found.</param>
    /// <param name="model">The first of the router's ranked models; <see langword="null"/>, empty or <c>none</c> when no route matched.</param>
    /// <param name="route">The route that matched, if any.</param>
    /// <param name="prices">A model's price, or <see langword="null"/> when unknown; asked only where a budget applies.</param>
    public SessionOutcome Conclude(SessionLookup lookup, string? model, string? route, Func<string, ModelPrice?> prices)
    {
        if (lookup.Replay is { } replay)
            return replay;
        SessionChoice? routed = model is null or "" or NoModel ? null : new SessionChoice(model, route);
        if (lookup is not { Key: { } key, Terms: { } terms } || !IsStorable(model) || !IsStorable(route))
            return SessionOutcome.WithoutSession(routed ?? (lookup.Turn.RequestedModel is { } requested ? new SessionChoice(requested, null) : null));

        var outcome = SessionDecision.Decide(lookup.Turn, routed, terms, prices, lookup.EstimateTokens);
        // A decision made blind must not replace what a store that was slow for a moment still remembers.
        if (lookup.Read == SessionReadStatus.Error)
            outcome = outcome with { Binding = null };
        Remember(key, terms, outcome);
        return outcome;
    }

    /// <summary>
    /// Adds what the provider reported about an answer: how much of the context it has cached now, and what the request cost.
    /// Belongs after the answer, off the request's path; never fails because of a store.
    /// </summary>
    /// <param name="lookup">What <see cref="BeginAsync"/> found.</param>
    /// <param name="model">The model that answered; when it is no longer the session's, only the cost counts.</param>
    /// <param name="usage">The report.</param>
    /// <param name="prices">A model's price, or <see langword="null"/> when unknown.</param>
    /// <param name="cancellationToken">Ends the wait for a store.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask RecordUsageAsync(
        SessionLookup lookup,
        string model,
        SessionUsage usage,
        Func<string, ModelPrice?> prices,
        CancellationToken cancellationToken = default)
    {
        if (lookup is not { Key: { } key, Terms: { } terms })
            return;
        var store = _store.Current;
        var read = await store.GetAsync(key.StoreKey, cancellationToken);
        if (read.Binding is not { } binding)
            return;

        var discount = (terms.Budget ?? new SwitchBudgetConfig(0)).CacheReadDiscount;
        var cost = TokenRates.Of(model, prices, discount)?.RequestCost(usage) ?? 0;
        var cached = Math.Max(0, usage.CacheReadTokens + usage.CacheCreationTokens);
        if (cost is 0 && cached == 0)
        {
            // Nothing to add, but the session was in use until now.
            store.Set(key.StoreKey, binding, terms.Ttl);
            return;
        }

        var isAnchor = string.Equals(binding.AnchorModel, model, StringComparison.Ordinal);
        store.Set(
            key.StoreKey,
            binding with
            {
                SessionCostUsd = binding.SessionCostUsd + cost,
                CachedTokens = isAnchor && cached > 0 ? cached : binding.CachedTokens,
                History = cached == 0 ? binding.History
                    : [.. binding.History.Select(use => string.Equals(use.Model, model, StringComparison.Ordinal) ? use with { CachedTokens = cached } : use)],
            },
            terms.Ttl);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    // What a decision calls a model when no route matched; never a session's anchor.
    private const string NoModel = "none";

    // Names come from clients, too (the requested model, inline routes); one that is longer than any model's is not worth a session.
    private static bool IsStorable(string? name) => name is null || name.Length <= BoundedName.MaxLength;

    private void Remember(SessionKey key, SessionTerms terms, SessionOutcome outcome)
    {
        _metrics.Decision(outcome);
        if (outcome.Binding is { } binding)
            _store.Current.Set(key.StoreKey, binding, terms.Ttl);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "x-plano-max-switch-spend-pct is not a number in 0..100 and is ignored")]
        public static partial void BudgetHeaderIgnored(ILogger logger);
    }
}
