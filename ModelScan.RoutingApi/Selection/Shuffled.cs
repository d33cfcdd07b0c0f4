namespace ModelScan.RoutingApi.Selection;

/// <summary>Anew with each request: spreads it evenly.</summary>
internal sealed class Shuffled : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public SelectionData Needs => SelectionData.None;

    // Sorting by independent draws is a uniform shuffle.
    /// <inheritdoc/>
    public double? ValueOf(in CandidateFacts candidate) => candidate.Random.NextDouble();

    /// <inheritdoc/>
    public string Reason(int position, double? value) => "shuffled";
}
