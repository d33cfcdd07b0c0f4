using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// The embedded classifier, which loads its model when it is asked first: where nobody decides, as in direct mode, the model would
/// lie in memory unused. Thread-safe.
/// </summary>
/// <param name="shared">The model's classifier, of which there is one in the process.</param>
/// <param name="threshold">Probability in 0..1 from which a route is taken.</param>
internal sealed class EmbeddedOnDemand(Lazy<EmbeddedRouteClassifier> shared, double threshold) : IRouteClassifier
{
    private readonly Lazy<EmbeddedRouteClassifier> _own = new(() => shared.Value.WithThreshold(threshold));

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) =>
        _own.Value.ClassifyAsync(request, cancellationToken);
}
