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
/// <item>The router chose the anchor: it stays, with the router's route.</item>
/// <item>No budget: the session holds its anchor, or follows the router (<see cref="SessionTerms.Of"/> says which).</item>
/// <item>A budget: the switch must be free, or fit under the ceiling together with what was spent before.</item>
/// </list>
/// </summary>
public static class SessionDecision
{
    /// <summary>
    /// The outcome that repeats the last decision, when <paramref name="turn"/> is a step of an agent's loop in a live session
    /// and asks for the same model as the step before; else <see langword="null"/>.
    /// </summary>
    /// <param name="turn">The request.</param>
    /// <param name="messages">Its conversation; the last message tells whether a user or a tool spoke.</param>
    /// <param name="terms">The session's rules. A replay goes by the TTL even with a budget: tools may run for longer than a cache is warm.</param>
    public static SessionOutcome? Replay(in SessionTurn turn, IReadOnlyList<ConversationMessage> messages, SessionTerms terms)
    {
        if (!terms.ReplaysLoops
            || turn.Binding is not { } binding
            || !turn.IsLive(terms.Ttl)
            || !string.Equals(binding.RequestedModel, turn.RequestedModel, StringComparison.Ordinal)
            || UserTurn.IsUserTurn(messages))
        {
            return null;
        }

        return new SessionOutcome(new SessionChoice(binding.AnchorModel, binding.RouteName), SessionReason.Replayed)
        {
            Pinned = true,
            Binding = binding with { LastUsed = turn.Now, PrefixHash = turn.PrefixHash ?? binding.PrefixHash },
        };
    }

    /// <summary>
    /// The choice that a session without a budget holds, whatever the router says; <see langword="null"/> when the router matters.
    /// </summary>
    public static SessionChoice? Held(in SessionTurn turn, SessionTerms terms)
        => terms.HoldsAnchor && turn.IsLive(terms.Window) && turn.Binding is { } binding
            ? new SessionChoice(binding.AnchorModel, binding.RouteName)
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
            if (!live)
                return new SessionOutcome(null, SessionReason.NoCandidate);
            chosen = new SessionChoice(turn.Binding!.AnchorModel, turn.Binding.RouteName);
        }

        if (!live)
            return Rebind(turn, chosen, terms, prices, estimateTokens);

        var binding = turn.Binding! with
        {
            LastUsed = turn.Now,
            RequestedModel = turn.RequestedModel,
            PrefixHash = turn.PrefixHash ?? turn.Binding.PrefixHash,
        };
        if (terms.Budget is not null)
            return new BudgetedTurn(turn, binding, terms, prices, estimateTokens).Judge(chosen);

        if (string.Equals(chosen.Model, binding.AnchorModel, StringComparison.Ordinal))
            return Keep(binding with { RouteName = chosen.Route }, SessionReason.SameAnchor);
        if (terms.HoldsAnchor)
            return Keep(binding, SessionReason.Held) with { FollowsRouter = false };
        return Switch(binding, chosen, SessionReason.Free);
    }

    internal static SessionOutcome Keep(SessionBinding binding, SessionReason reason)
        => new(new SessionChoice(binding.AnchorModel, binding.RouteName), reason) { Pinned = true, Binding = binding };

    internal static SessionOutcome Switch(SessionBinding binding, SessionChoice chosen, SessionReason reason) => new(chosen, reason)
    {
        Pinned = true,
        Switched = true,
        Binding = binding with { AnchorModel = chosen.Model, RouteName = chosen.Route, Switches = binding.Switches + 1 },
    };

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
            binding = new BudgetedTurn(turn, binding, terms, prices, estimateTokens).Remember(binding);
        return new SessionOutcome(chosen, SessionReason.Cold) { Binding = binding };
    }
}
