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

    /// <summary>Lets the baseline grow by this turn, then weighs the switch.</summary>
    public SessionOutcome Judge(SessionChoice chosen)
    {
        var saved = RatesOf(_binding.DefaultModel) is { } home ? _context * home.CachedInput / 1e6 : 0;
        var grown = _binding with { BaselineUsd = _binding.BaselineUsd + saved };
        var ceiling = _budget.MaxSwitchSpendPct / 100 * grown.BaselineUsd;
        if (string.Equals(chosen.Model, grown.AnchorModel, StringComparison.Ordinal))
            return Concluded(SessionDecision.Keep(grown with { RouteName = chosen.Route }, SessionReason.SameAnchor)) with { CeilingUsd = ceiling };

        if (RatesOf(chosen.Model) is not { } there || RatesOf(grown.AnchorModel) is not { } here)
            return Concluded(SessionDecision.Switch(grown, chosen, SessionReason.NoPricing)) with { CeilingUsd = ceiling };

        var cost = there.SwitchCost(_context, WarmTokensOf(chosen.Model), here.CachedInput);
        var outcome = cost <= 0 ? SessionDecision.Switch(grown, chosen, SessionReason.Free)
            : grown.SwitchSpendUsd + cost <= ceiling
                ? SessionDecision.Switch(grown with { SwitchSpendUsd = grown.SwitchSpendUsd + cost }, chosen, SessionReason.WithinCap)
            : SessionDecision.Keep(grown, SessionReason.OverCap) with
            {
                FollowsRouter = false,
                Counterfactual = _budget.RecordCounterfactual ? chosen : null,
            };
        return Concluded(outcome) with { SwitchCostUsd = cost, CeilingUsd = ceiling };
    }

    /// <summary>Notes in the history that this turn's model has the context cached from now on.</summary>
    public SessionBinding Remember(SessionBinding binding)
    {
        var uses = new List<ModelUse>(binding.History.Count + 2);
        uses.AddRange(binding.History);
        // The model that is left was last used one turn ago, and nothing in a history that began without a budget says so.
        if (!string.Equals(_binding.AnchorModel, binding.AnchorModel, StringComparison.Ordinal) && _turn.Binding is { } former)
            Put(uses, new ModelUse(former.AnchorModel, former.LastUsed, _context));
        Put(uses, new ModelUse(binding.AnchorModel, _turn.Now, _context));
        while (uses.Count > SessionBinding.MaxHistory)
            uses.Remove(uses.MinBy(use => use.LastUsed)!);
        return binding with { History = uses };
    }

    private SessionOutcome Concluded(SessionOutcome outcome) => outcome with { Binding = Remember(outcome.Binding!) };

    private long WarmTokensOf(string model)
        => _binding.UseOf(model) is { } use && PromptCacheWarmth.IsWarm(use.LastUsed, _turn.Now, _warmWindow)
            ? Math.Clamp(use.CachedTokens, 0, _context)
            : 0;

    private TokenRates? RatesOf(string model) => TokenRates.Of(model, _prices, _budget.CacheReadDiscount);

    private static void Put(List<ModelUse> uses, ModelUse use)
    {
        uses.RemoveAll(other => string.Equals(other.Model, use.Model, StringComparison.Ordinal));
        uses.Add(use);
    }
}
