using System.Globalization;

namespace ModelScan.RoutingApi.Selection;

/// <summary>By how many requests a model has not answered yet: spreads load over deployments of one model by how quick each is at the moment.</summary>
internal sealed class LeastBusy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "least_busy";

    /// <inheritdoc/>
    public SelectionData Needs => SelectionData.Load;

    /// <inheritdoc/>
    public double? ValueOf(in CandidateFacts candidate) => candidate.InFlight;

    /// <inheritdoc/>
    public string Reason(int position, double? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{SelectionPolicies.Ordinal(position)}least busy: {value ?? 0:0} requests unanswered");
}
