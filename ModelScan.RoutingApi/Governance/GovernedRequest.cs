using System.Buffers;
using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Governance;

/// <summary>
/// One request under a key and limits:
/// <list type="number">
/// <item>what does not depend on who answers (requests, requests at the same time) is set aside when it begins;</item>
/// <item>the rest when a model is about to be asked: what its answer may come to. Another model takes the place of the one before;</item>
/// <item>when it is over what was used is counted, once, in the windows that it was set aside in; what was set aside goes back.</item>
/// </list>
/// Used by one request.
/// </summary>
internal sealed class GovernedRequest : RequestAllowance
{
    private readonly Governor _governor;
    private readonly GovernanceRules _rules;
    private readonly ClientRequest _request;
    private readonly ILimitStore? _store;
    private readonly ModelPattern? _models;
    private readonly LimitsOfRequest _limits;
    private RouteFailure? _refusal;
    private HeldClaim[] _first = [];
    private HeldClaim[] _held = [];
    private LimitUse[] _firstUses = [];
    private LimitUse[] _uses = [];
    private long[] _firstUsed = [];
    private long[] _used = [];
    private ModelTarget? _target;
    private List<ModelTarget>? _instead;
    private List<string>? _notes;
    private Limit? _refusedBy;
    private LimitUse _refusedUse;
    private string _route = "";
    private InputEstimate.Estimate? _estimate;
    private long? _wholeInput;
    private int _settled;

    /// <summary>Begins.</summary>
    /// <param name="governor">Whose it is.</param>
    /// <param name="rules">The rules in force.</param>
    /// <param name="request">The request.</param>
    /// <param name="store">Where is counted; <see langword="null"/> where nothing is.</param>
    /// <param name="limits">The limits that are for it.</param>
    /// <param name="refusal">Why nothing may be asked.</param>
    public GovernedRequest(Governor governor, GovernanceRules rules, ClientRequest request, ILimitStore? store, LimitsOfRequest limits, RouteFailure? refusal)
    {
        (_governor, _rules, _request, _store, _limits, _refusal) = (governor, rules, request, store, limits, refusal);
        _models = rules.ModelsOf(request.Caller?.Key);
    }

    /// <inheritdoc/>
    public override RouteFailure? Refusal => _refusal;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTarget> Instead => _instead ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Notes
    {
        get
        {
            Tell(_first, _firstUsed);
            Tell(_held, _used);
            (_firstUsed, _used) = ([], []);
            return _notes ?? [];
        }
    }

    // Only a store that others share wants to know which request it is.
    private string Lease => _store!.NamesLeases ? _request.Id.ToString() : "";

    private string FirstLease => _store!.NamesLeases ? $"{Lease}.0" : "";

    // Of a count of tokens, a decision or a list nobody is paid.
    private bool UsesTokens => _request.Kind is RequestKind.Answer or RequestKind.Compaction || (_request.Door is { } door && door.Method == HttpMethod.Post && door.Door is not ProviderDoor.Files);

    // A decision is about an answer that somebody else asks for.
    private bool LeavesOut => UsesTokens || _request.Kind == RequestKind.Decision;

    // What such an answer costs is not told in tokens.
    private bool HasOtherPrice => _request.Door?.Door is ProviderDoor.Images or ProviderDoor.Audio or ProviderDoor.Rerank or ProviderDoor.Batches;

    /// <summary>Sets aside what does not depend on the model.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        var claims = _limits.Others.Length == 0 ? [] : new LimitClaim[_limits.Others.Length];
        List<LimitClaim>? looked = null;
        for (var i = 0; i < claims.Length; i++)
        {
            var limit = _limits.Others[i];
            claims[i] = new LimitClaim(limit, limit.SubjectOf(_request, null), limit.Config.Mode == LimitMode.Soft ? 0 : 1);
        }

        foreach (var limit in _limits.OfModel)
        {
            if (limit.Config.OnExceeded == OnExceeded.RouteCheaper && limit.Config.Per is not (LimitSubject.Model or LimitSubject.Provider) && LeavesOut)
                (looked ??= []).Add(new LimitClaim(limit, limit.SubjectOf(_request, null), 0));
        }

        if (claims.Length > 0)
        {
            var answer = await _store!.ReserveAsync(FirstLease, claims, [], cancellationToken);
            (_first, _firstUses) = (answer.Held, answer.Uses);
            if (answer.Refused != -1)
                _refusal = Refused(answer, claims, null);
            else
                Shadow(claims, answer.Uses, null);
        }

        // So that candidates are left out by what is so now, and not by what was heard last.
        if (looked is not null && _refusal is null)
            await _store!.ReadAsync([.. looked], cancellationToken);
    }

    /// <inheritdoc/>
    public override string? ReasonToLeaveOut(ModelTarget target, CandidateRoute? route)
    {
        if (!IsAllowed(target, route))
            return "not allowed for the key";
        if (_store is null || !LeavesOut)
            return null;
        foreach (var limit in _limits.OfModel)
        {
            if (limit.Config.OnExceeded != OnExceeded.RouteCheaper || limit.Config.Mode == LimitMode.Shadow || !limit.Concerns(target))
                continue;
            if (AmountOf(limit, target) is not { } amount)
                return $"budget {limit.Config.Id}: no price";
            var use = _store.Peek(limit, limit.SubjectOf(_request, target));
            if (!MemoryLimitStore.Fits(limit, use, amount, limit.Amount))
                return $"budget {limit.Config.Id}: {LimitWords.Amount(limit, amount)} needed{(ShowsNumbers(limit) ? $", {LimitWords.Amount(limit, Math.Max(0, limit.Amount - use.Used - use.Held))} left" : "")}";
        }

        return null;
    }

    /// <inheritdoc/>
    public override async ValueTask<RouteFailure?> EnterAsync(RoutePlan plan, ModelTarget target, CancellationToken cancellationToken)
    {
        if (_refusal is { } refusal)
            return refusal;
        if (!IsAllowed(target, plan.Decision?.From))
        {
            _governor.Refused(_request, "model_not_allowed", target, isShadow: false);
            return new RouteFailure(FailureKind.NotAllowed, new ClientError(
                StatusCodes.Status403Forbidden, $"the key '{_request.Caller?.Key?.Id}' does not open {target.Name}", "model_not_allowed", "model"));
        }

        _route = plan.Decision?.From is { } from && IsConfigured(from) ? from.Config.Name : "";
        if (_store is null || ReferenceEquals(_target, target))
            return null;
        if (plan.Request.Earlier is not null)
            _wholeInput ??= InputEstimate.Of(plan.Request.Whole.Span).Input;
        var claims = _limits.OfModel.Length == 0 ? [] : new LimitClaim[_limits.OfModel.Length];
        var count = 0;
        foreach (var limit in _limits.OfModel)
        {
            if (!limit.Concerns(target) || (limit.Config.Kind is LimitKind.Spend or LimitKind.Tokens && !UsesTokens))
                continue;
            if (AmountOf(limit, target) is not { } amount)
            {
                _governor.Refused(_request, "price_unknown", target, isShadow: false);
                return new RouteFailure(FailureKind.LimitExceeded, new ClientError(
                    StatusCodes.Status403Forbidden, $"{target.Name} has no price that is known, and the budget '{limit.Config.Id}' counts what requests cost (governance.unknown_price: allow lets them pass uncounted)", "price_unknown", "model"));
            }

            claims[count++] = new LimitClaim(limit, limit.SubjectOf(_request, target), limit.Config.Mode == LimitMode.Soft ? 0 : amount);
        }

        Array.Resize(ref claims, count);
        if (count == 0 && _held.Length == 0)
            return null;
        var answer = await _store.ReserveAsync(Lease, claims, _held, cancellationToken);
        if (answer.Refused != -1)
            return Refused(answer, claims, target);
        (_held, _uses, _target, _refusedBy) = (answer.Held, answer.Uses, target, null);
        Shadow(claims, answer.Uses, target);
        return null;
    }

    /// <inheritdoc/>
    public override void WriteHeaders(IHeaderDictionary headers, ApiFormat format)
    {
        if (_store is null || (_held.Length == 0 && _first.Length == 0 && _refusedBy is null))
            return;
        var shown = ArrayPool<(Limit Limit, LimitUse Use)>.Shared.Rent(_held.Length + _first.Length + 1);
        var count = 0;
        Show(_first, _firstUses);
        Show(_held, _uses);
        if (_refusedBy is { } refused && ShowsNumbers(refused))
            shown[count++] = (refused, _refusedUse);
        LimitHeaders.Write(headers, format, shown.AsSpan(0, count), _governor.Time.GetUtcNow());
        ArrayPool<(Limit Limit, LimitUse Use)>.Shared.Return(shown, clearArray: true);
        if (_refusedBy is not null && LimitWords.Wait(_refusedBy, _refusedUse, _governor.Time.GetUtcNow()) > LimitWords.LongestRetry)
            headers["x-should-retry"] = "false";

        void Show(HeldClaim[] held, LimitUse[] uses)
        {
            for (var i = 0; i < held.Length; i++)
            {
                if (ShowsNumbers(held[i].Claim.Limit))
                    shown[count++] = (held[i].Claim.Limit, uses[i]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Settle(RouteResult? result)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 1)
            return;
        if (_request.Caller?.Key is { } key)
            _governor.Counts(key.Id);
        if (_store is null)
            return;
        if (result?.Usage is { IsPartial: false } usage && UsesTokens)
            _governor.Outputs.Add(_route, usage.Output);

        _firstUsed = Settle(FirstLease, _first, result);
        _used = Settle(Lease, _held, result);
    }

    private long[] Settle(string lease, HeldClaim[] held, RouteResult? result)
    {
        if (held.Length == 0)
            return [];
        var used = new long[held.Length];
        for (var i = 0; i < held.Length; i++)
        {
            used[i] = UsedOf(held[i].Claim, result);
            _governor.Meters.Used(held[i].Claim.Limit, used[i]);
        }

        _governor.Settle(_store!, lease, held, used);
        return used;
    }

    // Said where somebody asks: only the log of requests does.
    private void Tell(HeldClaim[] held, long[] used)
    {
        for (var i = 0; i < used.Length; i++)
        {
            var claim = held[i].Claim;
            if (claim.Limit.Config.Kind is LimitKind.Spend or LimitKind.Tokens)
                Note($"{claim.Limit.Config.Id}: {LimitWords.Amount(claim.Limit, used[i])} of {LimitWords.Amount(claim.Limit, claim.Amount)} set aside{(held[i].IsLocal ? ", counted locally" : "")}");
        }
    }

    // The gateway's own answers count as requests; those that no provider has seen do not.
    private long UsedOf(in LimitClaim claim, RouteResult? result) => claim.Limit.Config.Kind switch
    {
        LimitKind.Parallel => 0,
        LimitKind.Requests => result is null || result.Attempts.Count > 0 || result.Failure is null ? 1 : 0,
        _ => result is null ? 0 : UsedOf(claim.Limit, claim.Subject, claim.Amount, result),
    };

    // What the provider says; where it does not, what was set aside, once it began to answer.
    private long UsedOf(Limit limit, string subject, long amount, RouteResult result)
    {
        var used = 0L;
        for (var i = 0; i < result.Attempts.Count; i++)
        {
            var attempt = result.Attempts[i];
            if (!limit.Concerns(attempt.Target) || limit.SubjectOf(_request, attempt.Target) != subject)
                continue;
            var known = attempt.Usage is { } usage ? CostOf(limit, usage, attempt.Target, attempt.ReturnedModel) ?? 0 : 0;
            if (attempt.Usage is { IsPartial: false })
                used += known;
            else if (i == result.Attempts.Count - 1 && attempt is { Status: >= 200 and < 300, FirstByte: not null } && (_request.Door is null || limit.Config.Mode == LimitMode.Hard && _request.Door.Door is ProviderDoor.Completions or ProviderDoor.Embeddings))
                used += Math.Max(known, limit.Config.Mode == LimitMode.Soft ? AmountOf(limit, attempt.Target) ?? 0 : amount);
            else
                used += known;
        }

        return used;
    }

    private long? CostOf(Limit limit, in TokenUsage usage, ModelTarget target, string? answered) => limit.Config.Kind == LimitKind.Tokens
        ? TokenPrices.Tokens(limit.Config.Cost, usage)
        : _governor.Prices.Of(target, _request, answered) is { } price ? TokenPrices.Cost(price, usage) : null;

    // Null where it costs what nobody knows.
    private long? AmountOf(Limit limit, ModelTarget target)
    {
        switch (limit.Config.Kind)
        {
            case LimitKind.Requests or LimitKind.Parallel:
                return 1;
            case LimitKind.Tokens:
                return (long)Math.Ceiling(((Input() * Math.Max(limit.Config.Cost.Input, limit.Config.Cost.CacheWrite)) + (Output(target) * (limit.Config.Cost.Output + limit.Config.Cost.Reasoning))) * Limit.UnitsOfToken);
            default:
                ModelPrice? price = HasOtherPrice ? null : _governor.Prices.Of(target, _request, null);
                return price is { } known ? TokenPrices.Cost(known, Input(), Output(target)) : _rules.Config.AllowsUnknownPrice || _request.Door?.Door == ProviderDoor.Moderations ? 0 : null;
        }
    }

    private InputEstimate.Estimate Estimate() => _estimate ??= InputEstimate.Of(_request.Body.Span);

    private long Input() => _wholeInput ?? Estimate().Input;

    private long Output(ModelTarget target)
    {
        if (_request.Door?.Door is { } door and not ProviderDoor.Completions)
            return door == ProviderDoor.Embeddings ? 0 : 1;
        var bound = Estimate().OutputBound;
        var most = bound ?? _governor.Outputs.ExpectedOf(_route);
        return target.Capabilities.MaxOutputTokens is { } limit && bound is null ? Math.Min(most, limit) : most;
    }

    private bool IsAllowed(ModelTarget target, CandidateRoute? route) =>
        _models is null || _models.Matches(target.Api.IsGateway && _request.Envelope.Model is { } asked ? _request.Snapshot.Models.Find(asked) ?? target : target, route is not null && IsConfigured(route) ? route : null);

    // Routes that a client brings along may be called like configured ones.
    private bool IsConfigured(CandidateRoute route) => ReferenceEquals(_request.Snapshot.Decisions.Routes.Find(route.Config.Name), route);

    // What others use is nobody's business: numbers are told of what is the client's own, or where there are no others.
    private bool ShowsNumbers(Limit limit) => limit.Config.Per is LimitSubject.Key or LimitSubject.Header || !_rules.Config.HasKeys;

    private RouteFailure Refused(ReserveAnswer answer, LimitClaim[] claims, ModelTarget? target)
    {
        if (answer.Refused == ReserveAnswer.Unavailable)
        {
            _governor.Refused(_request, "governance_unavailable", target, isShadow: false);
            var error = new ClientError(
                StatusCodes.Status503ServiceUnavailable, "limits cannot be checked at this moment, and nothing is answered without (governance.on_store_failure: closed)", "governance_unavailable");
            return new RouteFailure(FailureKind.LimitExceeded, error) { RetryAfter = "1" };
        }

        var (claim, use) = (claims[answer.Refused], answer.Uses[answer.Refused]);
        (_refusedBy, _refusedUse) = (claim.Limit, use);
        _governor.Refused(_request, claim.Limit.Config.Id, target, isShadow: false);
        Note($"{claim.Limit.Config.Id}: refused{(target is null ? "" : $" for {target.Name}")}");
        foreach (var name in claim.Limit.Config.Fallback)
        {
            if (_request.Snapshot.Models.Find(name) is { } other && !ReferenceEquals(other, target) && _instead?.Contains(other) != true)
                (_instead ??= []).Add(other);
        }

        var now = _governor.Time.GetUtcNow();
        var isBudget = claim.Limit.Config.Kind == LimitKind.Spend;
        return new RouteFailure(FailureKind.LimitExceeded, new ClientError(
            isBudget ? _rules.Config.BudgetStatus : StatusCodes.Status429TooManyRequests,
            LimitWords.Refusal(claim.Limit, use, claim.Amount, now, ShowsNumbers(claim.Limit)), isBudget ? "budget_exceeded" : "rate_limit_exceeded"))
        {
            RetryAfter = ((long)Math.Max(1, Math.Ceiling(LimitWords.Wait(claim.Limit, use, now).TotalSeconds))).ToString(CultureInfo.InvariantCulture),
            MayAskOthers = claim.Limit.Config.OnExceeded != OnExceeded.Reject,
        };
    }

    private void Shadow(LimitClaim[] claims, LimitUse[] uses, ModelTarget? target)
    {
        for (var i = 0; i < claims.Length; i++)
        {
            var limit = claims[i].Limit;
            if (limit.Config.Mode != LimitMode.Shadow || uses[i].Used + uses[i].Held <= limit.Amount)
                continue;
            Note($"{limit.Config.Id}: would have refused");
            _governor.Refused(_request, limit.Config.Id, target, isShadow: true);
        }

        _governor.Warn(claims, uses);
    }

    private void Note(string note)
    {
        if ((_notes ??= []).Count < 16)
            _notes.Add(note);
    }
}
