namespace ModelScan.RoutingApi.Selection;

/// <summary>As the configuration declares them.</summary>
internal sealed class DeclaredOrder : ISelectionPolicy
{
    public const string ConfiguredName = "none";

    /// <inheritdoc/>
    public string Name => ConfiguredName;

    /// <inheritdoc/>
    public SelectionData Needs => SelectionData.None;

    /// <inheritdoc/>
    public double? ValueOf(in CandidateFacts candidate) => 0;

    /// <inheritdoc/>
    public string Reason(int position, double? value) => "as declared";
}
