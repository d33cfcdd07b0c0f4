using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>What is known of a request's session before the router is asked; made by <see cref="SessionAffinity.BeginAsync"/>.</summary>
public sealed class SessionLookup
{
    private readonly RequestFacts _facts;

    internal SessionLookup(SessionKey? key, SessionTerms? terms, SessionTurn turn, RequestFacts facts)
    {
        Key = key;
        Terms = terms;
        Turn = turn;
        _facts = facts;
    }

    /// <summary>The session; <see langword="null"/> when the request belongs to none.</summary>
    public SessionKey? Key { get; }

    /// <summary>The session's rules; set whenever <see cref="Key"/> is.</summary>
    public SessionTerms? Terms { get; }

    /// <summary>What the session remembers, and this request.</summary>
    public SessionTurn Turn { get; }

    /// <summary>How reading the session went; <see langword="null"/> when the request belongs to none.</summary>
    public SessionReadStatus? Read { get; internal init; }

    /// <summary>
    /// The whole outcome, already stored, when this request is a step of an agent's loop: the router need not be asked and
    /// <see cref="SessionAffinity.Conclude"/> not be called.
    /// </summary>
    public SessionOutcome? Replay { get; internal init; }

    /// <summary>
    /// What <see cref="SessionAffinity.Conclude"/> will arrive at whatever the router says, so that a caller may spare itself
    /// the router; <see langword="null"/> when the router matters. Concluding is still needed: it keeps the session alive.
    /// </summary>
    public SessionChoice? Held { get; internal init; }

    /// <summary>The route that a live session is at, as a hint for a classifier.</summary>
    public string? PinnedRoute => Terms is not null && Turn.IsLive(Terms.Window) ? Turn.Binding!.RouteName : null;

    internal long EstimateTokens() => TokenEstimate.Of(_facts.Messages);
}
