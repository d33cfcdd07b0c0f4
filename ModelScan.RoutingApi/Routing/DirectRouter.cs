using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing;

/// <summary>The requested model answers, and nobody decides anything; without a model, the default of direct mode.</summary>
internal sealed class DirectRouter(ModelAttempts attempts) : IRouter
{
    /// <inheritdoc/>
    public string Name => "direct";

    /// <inheritdoc/>
    public ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken)
    {
        var plan = new RoutePlan(request, response, Name, terms) { PrefixHash = PromptPrefix.HashOfUnread(request) };
        return TargetOf(request, out var failure) is { } target
            ? attempts.RunAsync(plan, [target], cancellationToken)
            : ValueTask.FromResult(RouteResult.Failed(plan, failure!));
    }

    /// <summary>The model that direct mode asks; <see langword="null"/> with a failure when there is none.</summary>
    public static ModelTarget? TargetOf(ClientRequest request, out RouteFailure? failure) => RequestedModel.Find(request, request.Snapshot.Models.DirectDefault, out failure);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
