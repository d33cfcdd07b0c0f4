using ModelScan.RoutingApi.Decisions;

namespace DecisionBenchmarks;

/// <summary>Always chooses one route, at no cost: what is left is the engine's own.</summary>
internal sealed class FixedRouteClassifier(string route) : IRouteClassifier
{
    private readonly RouteClassification _answer = new(route, "fixed");

    public string Name => _answer.Classifier;

    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(_answer);
}
