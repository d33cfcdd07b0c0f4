using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Which models should answer a request, and why.</summary>
/// <param name="Models">Candidates, best first; empty when no route matched.</param>
/// <param name="Route">The matched route's name; <see langword="null"/> for none.</param>
/// <param name="DecidedBy">What decided: a classifier's name, <c>session</c>, <c>subagents</c>, or <c>none</c> when there was nothing to decide among.</param>
public sealed record RouteDecision(IReadOnlyList<string> Models, string? Route, string DecidedBy)
{
    /// <summary>The route that the candidates come from; <see langword="null"/> for none.</summary>
    public CandidateRoute? From { get; init; }

    /// <summary>Why, in a few words, where the name of what decided does not say it.</summary>
    public string? Reason { get; init; }

    /// <summary>The session, if the request belongs to one.</summary>
    public string? SessionId { get; init; }

    /// <summary>What <see cref="SessionAffinity.RecordUsageAsync"/> needs of the session, once the answer is there.</summary>
    public SessionLookup? Lookup { get; init; }

    /// <summary>Whether the session was alive and its prefix unchanged.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether a live session moved to another model with this request.</summary>
    public bool Switched { get; init; }

    /// <summary>Whether the classifier could not say which route fits; the decision was made without it.</summary>
    public bool ClassifierFailed { get; init; }

    /// <summary>What the classifier said; <see langword="null"/> when it was not asked.</summary>
    public RouteClassification? Classification { get; init; }

    /// <summary>What the session made of it.</summary>
    public SessionOutcome? Outcome { get; init; }

    /// <summary>Which of the person's messages is decided on, from 1, as far as the conversation shows it; <see langword="null"/> where nobody counted.</summary>
    public int? Turn { get; init; }

    /// <summary>Candidates that did not come into question, and why: what the client may not use, or cannot pay for.</summary>
    public IReadOnlyList<RankedModel> LeftOut { get; init; } = [];

    /// <summary>How long deciding took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The whole story, when it was asked for.</summary>
    public DecisionExplanation? Explanation { get; init; }
}

/// <summary>How a decision came about, for people.</summary>
/// <param name="RoutesFrom"><c>configuration</c> or <c>request</c>.</param>
/// <param name="Classification">What the classifier said; <see langword="null"/> when it was not asked.</param>
/// <param name="Ranking">The matched route's candidates as ranked, before the session had its say.</param>
/// <param name="Session">What the session made of it; <see langword="null"/> when the request belongs to none.</param>
/// <param name="Notes">What else a person should know.</param>
public sealed record DecisionExplanation(
    string RoutesFrom,
    RouteClassification? Classification,
    IReadOnlyList<RankedModel> Ranking,
    SessionOutcome? Session,
    IReadOnlyList<string> Notes);
