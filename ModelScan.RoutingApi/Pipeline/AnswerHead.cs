using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>What an answer's headers say the gateway did, as far as it is known when the answer begins.</summary>
/// <param name="Plan">Mode, route and fallback.</param>
/// <param name="Target">Who answers, or was asked last; <see langword="null"/> when nobody was.</param>
/// <param name="Attempts">How many requests have been sent to models so far.</param>
/// <param name="Dropped">What the provider was not told.</param>
/// <param name="IsEstimated">Whether the answer is the gateway's own estimate.</param>
/// <param name="IsOriginal">Whether the answer comes as the provider gave it, in the client's format.</param>
internal readonly record struct AnswerHead(RoutePlan Plan, ModelTarget? Target, int Attempts, IReadOnlyList<string> Dropped, bool IsEstimated = false, bool IsOriginal = false)
{
    /// <summary>The head of an error that the gateway tells itself.</summary>
    public static AnswerHead Of(RouteResult result) => new(result.Plan with { PassedOver = result.PassedOver }, result.Target, result.AttemptCount, result.Dropped, result.IsEstimated);
}
