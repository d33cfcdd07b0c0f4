using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// What came of a request: the decision, every attempt, and why there is no answer, if there is none. Everything that telemetry, sessions
/// and a log of requests need to know beside the <see cref="ClientRequest"/>. Immutable.
/// </summary>
/// <param name="Plan">The mode that answered, or gave up last, and what it decided.</param>
/// <param name="Attempts">Every request that was sent to a model, in order, those of a mode before included.</param>
/// <param name="Failure">Why the client has been sent nothing yet; <see langword="null"/> when it has its answer, be it a provider's error or one that broke off.</param>
internal sealed record RouteResult(RoutePlan Plan, IReadOnlyList<AttemptReport> Attempts, RouteFailure? Failure = null)
{
    /// <summary>Who answered, or was to be asked last; <see langword="null"/> when nobody was found to ask.</summary>
    public ModelTarget? Target { get; init; } = Attempts.Count > 0 ? Attempts[^1].Target : null;

    /// <summary>Whether the answer is the gateway's own estimate.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Candidates that were not asked, and why.</summary>
    public IReadOnlyList<PassedOver> PassedOver { get; init; } = [];

    /// <summary>From the request's arrival to the end of its answer.</summary>
    public TimeSpan Duration { get; } = Plan.Request.Elapsed;

    /// <summary>How many requests were sent to models.</summary>
    public int AttemptCount => Attempts.Count;

    /// <summary>From the request's arrival to the first byte of the answer; <see langword="null"/> when none came.</summary>
    public TimeSpan? TimeToFirstByte => Attempts.Count > 0 && Attempts[^1] is { FirstByte: { } wait } last ? last.SentAfter + wait : null;

    /// <summary>The tokens of the answer, as its provider reported them.</summary>
    public TokenUsage? Usage => Attempts.Count > 0 ? Attempts[^1].Usage : null;

    /// <summary>What the provider that answered was not told.</summary>
    public IReadOnlyList<string> Dropped => Attempts.Count > 0 ? Attempts[^1].Dropped : [];

    /// <summary>No mode found anybody to ask.</summary>
    public static RouteResult Failed(RoutePlan plan, RouteFailure failure) => new(plan, plan.Terms.Earlier, failure);
}

/// <summary>A candidate that was not asked.</summary>
/// <param name="Target">The model.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record PassedOver(ModelTarget Target, string Reason);
