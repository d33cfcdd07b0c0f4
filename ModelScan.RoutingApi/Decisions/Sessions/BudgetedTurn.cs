using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Whether a warm session's budget allows a switch. Leaving a model means paying for the whole context again, uncached, at
/// the new one. The baseline is what reading that context from the cache of the session's first model has cost over its
/// turns; switches may cost <c>max_switch_spend_pct</c> percent of it.
/// </summary>
internal readonly struct BudgetedTurn
{
    private readonly SessionTurn _turn;
    private readonly SessionBinding _binding;
    private readonly SwitchBudgetConfig _budget;
    private readonly TimeSpan _warmWindow;
    private readonly Func<string, ModelPrice?> _prices;
    private readonly long _context;

    /// <summary>Measures the context: what the provider last reported as cached, else the estimate.</summary>
    public BudgetedTurn(in SessionTurn turn, SessionBinding binding, SessionTerms terms, Func<string, ModelPrice?> prices, Func<long> estimateTokens)
    {
        _turn = turn;
        _binding = binding;
        _budget = terms.Budget!;
        _warmWindow = terms.WarmWindow;
        _prices = prices;
        _context = binding.CachedTokens > 0 ? binding.CachedTokens : estimateTokens();
    }

    /// <summary>Lets the baseline grow by this turn, weighs the switch, and notes what the outcome does to the session.</summary>
    public SessionOutcome Judge(SessionChoice chosen)
    {
        var baseline = _binding.BaselineUsd + (RatesOf(_binding.DefaultModel) is { } home ? _context * home.CachedInput / 1e6 : 0);
        var ceiling = _budget.MaxSwitchSpendPct / 100 * baseline;
        var (reason, cost) = Weigh(chosen.Model, ceiling);
        var vetoed = reason == SessionReason.OverCap;
        var switched = !vetoed && reason != SessionReason.SameAnchor;
        var choice = vetoed ? new SessionChoice(_binding.AnchorModel, _binding.RouteName) : chosen;
        return new SessionOutcome(choice, reason)
        {
            Pinned = true,
            Switched = switched,
            FollowsRouter = !vetoed,
            SwitchCostUsd = cost,
            CeilingUsd = ceiling,
            Counterfactual = vetoed && _budget.RecordCounterfactual ? chosen : null,
            Binding = _binding with
            {
                AnchorModel = choice.Model,
                RouteName = choice.Route,
                RequestedModel = _turn.RequestedModel,
                PrefixHash = _turn.PrefixHash ?? _binding.PrefixHash,
                LastUsed = _turn.Now,
                BaselineUsd = baseline,
                SwitchSpendUsd = reason == SessionReason.WithinCap ? _binding.SwitchSpendUsd + cost!.Value : _binding.SwitchSpendUsd,
                Switches = _binding.Switches + (switched ? 1 : 0),
                History = HistoryWith(choice.Model),
            },
        };
    }

    /// <summary>The history, with <paramref name="model"/> having the context cached from this turn on.</summary>
    public IReadOnlyList<ModelUse> HistoryWith(string model)
    {
        // The model that is left was last used one turn ago, and a history that began without a budget does not say so.
        var leaves = !IsSame(_binding.AnchorModel, model);
        var history = _binding.History;
        var others = 0;
        for (var i = 0; i < history.Count; i++)
            others += IsOther(history[i], model) ? 1 : 0;

        var uses = new ModelUse[others + (leaves ? 2 : 1)];
        uses[^1] = new ModelUse(model, _turn.Now, _context);
        if (leaves)
            uses[^2] = new ModelUse(_binding.AnchorModel, _binding.LastUsed, _context);
        var next = 0;
        for (var i = 0; i < history.Count; i++)
        {
            if (IsOther(history[i], model))
                uses[next++] = history[i];
        }

        return uses.Length <= SessionBinding.MaxHistory ? uses : [.. uses.OrderByDescending(use => use.LastUsed).Take(SessionBinding.MaxHistory)];
    }

    private (SessionReason Reason, double? Cost) Weigh(string model, double ceiling)
    {
        if (IsSame(model, _binding.AnchorModel))
            return (SessionReason.SameAnchor, null);
        if (RatesOf(model) is not { } there || RatesOf(_binding.AnchorModel) is not { } here)
            return (SessionReason.NoPricing, null);
        var cost = there.SwitchCost(_context, WarmTokensOf(model), here.CachedInput);
        if (cost <= 0)
            return (SessionReason.Free, cost);
        return (_binding.SwitchSpendUsd + cost <= ceiling ? SessionReason.WithinCap : SessionReason.OverCap, cost);
    }

    private long WarmTokensOf(string model)
        => _binding.UseOf(model) is { } use && PromptCacheWarmth.IsWarm(use.LastUsed, _turn.Now, _warmWindow)
            ? Math.Clamp(use.CachedTokens, 0, _context)
            : 0;

    private TokenRates? RatesOf(string model) => TokenRates.Of(model, _prices, _budget.CacheReadDiscount);

    private bool IsOther(ModelUse use, string model) => !IsSame(use.Model, model) && !IsSame(use.Model, _binding.AnchorModel);

    private static bool IsSame(string model, string other) => string.Equals(model, other, StringComparison.Ordinal);
}
