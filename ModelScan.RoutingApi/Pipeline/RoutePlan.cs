using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>One request on its way through one mode: what it is, where its answer goes, and what the mode decided. Immutable.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">Where the answer goes.</param>
/// <param name="Mode">The mode, as answers name it.</param>
/// <param name="Terms">What came before this mode and what comes after it.</param>
internal sealed record RoutePlan(ClientRequest Request, ClientResponse Response, string Mode, RouteTerms Terms)
{
    /// <summary>What the decision engine said; <see langword="null"/> where it was not asked.</summary>
    public RouteDecision? Decision { get; init; }

    /// <summary>Hash of the prompt's beginning for providers; <see langword="null"/> where they are not told.</summary>
    public string? PrefixHash { get; init; }

    /// <summary>Candidates that have not been asked so far, and why.</summary>
    public IReadOnlyList<PassedOver> PassedOver { get; init; } = [];

    /// <summary>The policy that says which answers are failures, beside those that are ever; <see langword="null"/> for none.</summary>
    public RetryPolicyConfig? Retry { get; init; }

    /// <summary>Whether the gateway asks somebody else where the first does not answer.</summary>
    public bool FailsOver { get; init; }

    /// <summary>How long whoever is asked may take.</summary>
    public TimeoutsConfig Limits { get; init; } = Request.Snapshot.Config.Timeouts;

    /// <summary>The route that the decision fell on, if any.</summary>
    public string? Route => Decision?.Route;

    /// <summary>Whether another way is tried when this one fails: then errors that might be answered otherwise are not relayed.</summary>
    public bool HasFallback => Terms.HasFallback;
}

/// <summary>What came before a mode and what comes after it.</summary>
internal sealed record RouteTerms
{
    /// <summary>Nothing before, nothing after.</summary>
    public static RouteTerms Alone { get; } = new();

    /// <summary>Direct mode answers what this one cannot.</summary>
    public static RouteTerms BeforeFallback { get; } = new() { HasFallback = true };

    /// <summary>Whether another mode is tried when this one fails.</summary>
    public bool HasFallback { get; init; }

    /// <summary>Why the mode in force did not answer, where this one takes over; <see langword="null"/> where it is the mode in force.</summary>
    public string? FallbackReason { get; init; }

    /// <summary>The attempts of modes before this one.</summary>
    public IReadOnlyList<AttemptReport> Earlier { get; init; } = [];
}
