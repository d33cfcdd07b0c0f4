using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>One request of a session, as the decision sees it.</summary>
/// <param name="Binding">What the session remembers; <see langword="null"/> for a new one.</param>
/// <param name="Now">Epoch seconds.</param>
/// <param name="RequestedModel">The model the client named, aliases resolved.</param>
/// <param name="PrefixHash">Hash of the prompt's prefix, or <see langword="null"/> when unknown.</param>
public readonly record struct SessionTurn(SessionBinding? Binding, long Now, string? RequestedModel, string? PrefixHash)
{
    /// <summary>Whether both prefixes are known and differ: the provider's cache is of no use then, and the conversation perhaps another one.</summary>
    public bool Drifted => Binding?.PrefixHash is { } stored && PrefixHash is { } current && !string.Equals(stored, current, StringComparison.Ordinal);

    /// <summary>Whether there is a session that was idle for at most <paramref name="window"/> and whose prefix is the same.</summary>
    public bool IsLive(TimeSpan window) => Binding is { } binding && !Drifted && PromptCacheWarmth.IsWithin(binding.LastUsed, Now, window);
}

/// <summary>
/// Decides between a session's model and the router's choice. Pure: time, prices and the size of the context come in, the
/// next binding goes out.
/// <list type="number">
/// <item>A loop step of a live session repeats the last decision (<see cref="Replay"/>).</item>
/// <item>No live session: the router's choice becomes the anchor.</item>
/// <item>No budget: the session holds its anchor, model and route, or follows the router (<see cref="SessionTerms.Of"/> says which).</item>
/// <item>A budget, and the router chose the anchor: it stays, with the router's route.</item>
/// <item>A budget, and another model: the switch must be free, or fit under the ceiling together with what was spent before.</item>
/// </list>
/// </summary>
public static class SessionDecision
{
    /// <summary>
    /// The outcome that repeats the last decision, when <paramref name="turn"/> is a step of an agent's loop in a live session
    /// and asks for the same model as the step before; else <see langword="null"/>.
    /// </summary>
    /// <param name="turn">The request.</param>
    /// <param name="facts">Its conversation; the last message tells whether a user or a tool spoke.</param>
    /// <param name="terms">The session's rules. A replay goes by the TTL even with a budget: tools may run for longer than a cache is warm.</param>
    public static SessionOutcome? Replay(in SessionTurn turn, RequestFacts facts, SessionTerms terms)
    {
        if (!terms.ReplaysLoops
            || turn.Binding is not { } binding
            || !turn.IsLive(terms.Ttl)
            || !string.Equals(binding.RequestedModel, turn.RequestedModel, StringComparison.Ordinal)
            || UserTurn.IsUserTurn(facts.Messages))
        {
            return null;
        }

        return new SessionOutcome(AnchorOf(binding), SessionReason.Replayed)
        {
            Pinned = true,
            FollowsRouter = false,
            Binding = binding with { LastUsed = turn.Now, PrefixHash = turn.PrefixHash ?? binding.PrefixHash },
        };
    }

    /// <summary>
    /// The choice that a session without a budget holds, whatever the router says; <see langword="null"/> when the router matters.
    /// </summary>
    public static SessionChoice? Held(in SessionTurn turn, SessionTerms terms)
        => terms.HoldsAnchor && turn.IsLive(terms.Window) && turn.Binding is { } binding
            ? AnchorOf(binding)
            : null;

    /// <summary>Decides.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="routed">The router's choice; <see langword="null"/> when no route matched, which leaves the requested model.</param>
    /// <param name="terms">The session's rules.</param>
    /// <param name="prices">A model's price, or <see langword="null"/> when unknown.</param>
    /// <param name="estimateTokens">Tokens of the request; called only when a budget needs them and the session does not know them.</param>
    public static SessionOutcome Decide(
        in SessionTurn turn,
        SessionChoice? routed,
        SessionTerms terms,
        Func<string, ModelPrice?> prices,
        Func<long> estimateTokens)
    {
        var candidate = routed ?? (turn.RequestedModel is { Length: > 0 } requested ? new SessionChoice(requested, null) : null);
        var live = turn.IsLive(terms.Window);
        if (candidate is not { } chosen)
        {
            // Nothing to choose from; a live session still knows where it was.
            return live
                ? Decide(turn, AnchorOf(turn.Binding!), terms, prices, estimateTokens) with { FollowsRouter = false }
                : new SessionOutcome(null, SessionReason.NoCandidate);
        }

        if (!live)
            return Rebind(turn, chosen, terms, prices, estimateTokens);

        if (terms.Budget is not null)
            return new BudgetedTurn(turn, turn.Binding!, terms, prices, estimateTokens).Judge(chosen);
        return WithoutBudget(turn, turn.Binding!, chosen, terms.HoldsAnchor);
    }

    private static SessionOutcome WithoutBudget(in SessionTurn turn, SessionBinding binding, SessionChoice chosen, bool holds)
    {
        var same = string.Equals(chosen.Model, binding.AnchorModel, StringComparison.Ordinal);
        var choice = holds ? AnchorOf(binding) : chosen;
        var switched = !same && !holds;
        return new SessionOutcome(choice, same ? SessionReason.SameAnchor : holds ? SessionReason.Held : SessionReason.Free)
        {
            Pinned = true,
            Switched = switched,
            FollowsRouter = choice == chosen,
            Binding = binding with
            {
                AnchorModel = choice.Model,
                RouteName = choice.Route,
                RequestedModel = turn.RequestedModel,
                PrefixHash = turn.PrefixHash ?? binding.PrefixHash,
                LastUsed = turn.Now,
                Switches = binding.Switches + (switched ? 1 : 0),
            },
        };
    }

    private static SessionChoice AnchorOf(SessionBinding binding) => new(binding.AnchorModel, binding.RouteName);

    private static SessionOutcome Rebind(
        in SessionTurn turn,
        SessionChoice chosen,
        SessionTerms terms,
        Func<string, ModelPrice?> prices,
        Func<long> estimateTokens)
    {
        var former = turn.Binding;
        var carried = terms.Budget is { ReplenishOnRebind: false } ? former : null;
        var binding = new SessionBinding
        {
            AnchorModel = chosen.Model,
            DefaultModel = carried?.DefaultModel ?? chosen.Model,
            RequestedModel = turn.RequestedModel,
            RouteName = chosen.Route,
            PrefixHash = turn.PrefixHash ?? former?.PrefixHash,
            LastUsed = turn.Now,
            BaselineUsd = carried?.BaselineUsd ?? 0,
            SwitchSpendUsd = carried?.SwitchSpendUsd ?? 0,
            SessionCostUsd = carried?.SessionCostUsd ?? 0,
            History = former is null || turn.Drifted ? [] : former.History,
        };
        if (terms.Budget is not null)
            binding = binding with { History = new BudgetedTurn(turn, binding, terms, prices, estimateTokens).HistoryWith(chosen.Model) };
        return new SessionOutcome(chosen, SessionReason.Cold) { Binding = binding };
    }
}
