using System.Globalization;

namespace ModelScan.RoutingApi.Selection;

/// <summary>By latency.</summary>
internal sealed class Fastest : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "fastest";

    /// <inheritdoc/>
    public SelectionData Needs => SelectionData.Latencies;

    /// <inheritdoc/>
    public double? ValueOf(in CandidateFacts candidate) => candidate.LatencySeconds;

    /// <inheritdoc/>
    public string Reason(int position, double? value) => value is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $"{SelectionPolicies.Ordinal(position)}fastest: {seconds:0.###} s")
        : "no latency: last";
}
