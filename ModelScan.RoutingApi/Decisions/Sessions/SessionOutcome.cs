namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>A model, and the route it came from.</summary>
/// <param name="Model">The model.</param>
/// <param name="Route">The route; <see langword="null"/> when none matched.</param>
public readonly record struct SessionChoice(string Model, string? Route);

/// <summary>Why a session's request goes where it goes.</summary>
public enum SessionReason
{
    /// <summary>The request belongs to no session: the router decides.</summary>
    NoSession,

    /// <summary>The session is new, was idle for too long, or its prompt's prefix changed: the router decides, and the session starts anew.</summary>
    Cold,

    /// <summary>The router chose the model that the session is at.</summary>
    SameAnchor,

    /// <summary>The session holds its model whatever the router says.</summary>
    Held,

    /// <summary>A step of an agent's loop repeats the last decision; the router was not asked.</summary>
    Replayed,

    /// <summary>The switch costs nothing, or nothing restrains this session.</summary>
    Free,

    /// <summary>The switch costs something, and the budget has it.</summary>
    WithinCap,

    /// <summary>The switch would exceed the budget: the session stays.</summary>
    OverCap,

    /// <summary>A price is missing, so that the budget cannot judge: the switch is allowed.</summary>
    NoPricing,

    /// <summary>No route matched and the request names no model: there is nothing to decide or remember.</summary>
    NoCandidate,
}

/// <summary>How reasons are called in metrics, logs and answers.</summary>
public static class SessionReasons
{
    /// <summary>The name in snake case.</summary>
    public static string ToWireName(this SessionReason reason) => reason switch
    {
        SessionReason.NoSession => "no_session",
        SessionReason.Cold => "cold",
        SessionReason.SameAnchor => "same_anchor",
        SessionReason.Held => "held",
        SessionReason.Replayed => "replayed",
        SessionReason.Free => "free",
        SessionReason.WithinCap => "within_cap",
        SessionReason.OverCap => "over_cap",
        SessionReason.NoPricing => "no_pricing",
        SessionReason.NoCandidate => "no_candidate",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}

/// <summary>What a session makes of the router's choice.</summary>
/// <param name="Choice">Model and route to use; <see langword="null"/> only with <see cref="SessionReason.NoCandidate"/>.</param>
/// <param name="Reason">Why.</param>
public sealed record SessionOutcome(SessionChoice? Choice, SessionReason Reason)
{
    /// <summary>Whether the session was alive and its prefix unchanged; true for an allowed switch as well.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether a live session moved to another model with this request.</summary>
    public bool Switched { get; init; }

    /// <summary>Whether <see cref="Choice"/> is what the router (or, where no route matched, the client) chose.</summary>
    public bool FollowsRouter { get; init; } = true;

    /// <summary>What the session remembers from now on; <see langword="null"/> when there is nothing to store.</summary>
    public SessionBinding? Binding { get; init; }

    /// <summary>What the router chose and the budget refused; set only where <c>record_counterfactual</c> is on.</summary>
    public SessionChoice? Counterfactual { get; init; }

    /// <summary>USD that the switch costs or would cost, negative when it saves; <see langword="null"/> when no budget had to judge or a price is missing.</summary>
    public double? SwitchCostUsd { get; init; }

    /// <summary>USD that the session may spend on switches in all; <see langword="null"/> when no budget had to judge.</summary>
    public double? CeilingUsd { get; init; }

    /// <summary>The answer to a request that belongs to no session.</summary>
    public static SessionOutcome WithoutSession(SessionChoice? choice)
        => choice is null ? new SessionOutcome(null, SessionReason.NoCandidate) : new SessionOutcome(choice, SessionReason.NoSession);
}
