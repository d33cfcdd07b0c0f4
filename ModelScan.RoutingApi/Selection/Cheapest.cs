using System.Globalization;

namespace ModelScan.RoutingApi.Selection;

/// <summary>By price, input and output together.</summary>
internal sealed class Cheapest : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "cheapest";

    /// <inheritdoc/>
    public SelectionData Needs => SelectionData.Prices;

    /// <inheritdoc/>
    public double? ValueOf(in CandidateFacts candidate) => candidate.Price;

    /// <inheritdoc/>
    public string Reason(int position, double? value) => value is { } price
        ? string.Create(CultureInfo.InvariantCulture, $"{SelectionPolicies.Ordinal(position)}cheapest: {price:0.######} USD per million tokens")
        : "no price: last";
}
