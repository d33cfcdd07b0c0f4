namespace ModelScan.RoutingApi.Selection;

/// <summary>
/// One way to order a route's candidates (<c>selection_policy.prefer</c>): by one number for each of them. That models which lately failed come
/// behind the others, that those without a number come last, and that equals stay as they were declared, is the same for every policy and
/// not its concern. Implementations hold no state.
/// </summary>
public interface ISelectionPolicy
{
    /// <summary>What configurations call it, in lower case.</summary>
    string Name { get; }

    /// <summary>What has to be known of the candidates; a configuration without a source for it is refused.</summary>
    SelectionData Needs { get; }

    /// <summary>What a candidate is ordered by, least first; <see langword="null"/> or NaN where that is not known. Called once for each candidate of a request.</summary>
    /// <param name="candidate">What is known of it; of what the policy does not need, nothing is.</param>
    double? ValueOf(in CandidateFacts candidate);

    /// <summary>Why a candidate stands where it does, for people: <c>2nd cheapest: 18 USD per million tokens</c>.</summary>
    /// <param name="position">Its place from 1.</param>
    /// <param name="value">What it was ordered by.</param>
    string Reason(int position, double? value);
}

/// <summary>What a policy may need to know of candidates.</summary>
[Flags]
public enum SelectionData
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Prices: a cost source.</summary>
    Prices = 1,

    /// <summary>Latencies: a latency source.</summary>
    Latencies = 2,

    /// <summary>How many requests the gateway is waiting for; it knows that itself.</summary>
    Load = 4,
}

/// <summary>What is known of a candidate.</summary>
/// <param name="Price">USD for a million tokens in and a million out together; <see langword="null"/> if unknown.</param>
/// <param name="LatencySeconds">Its latency; <see langword="null"/> if unknown.</param>
/// <param name="InFlight">Requests of this gateway that it has been sent and has not answered whole.</param>
/// <param name="Random">Chance.</param>
public readonly record struct CandidateFacts(double? Price, double? LatencySeconds, int InFlight, Random Random);
