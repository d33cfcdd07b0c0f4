using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing.Doors;

/// <summary>
/// What is asked at a door goes to the provider of the model that it names, whichever mode is in force: nobody decides, nothing is fitted,
/// and the answer comes back as it is. Where no model is named, the client says whose door it means, or it is the default provider's, or
/// that of the first one that has it.
/// </summary>
internal sealed class DoorRouter(UpstreamAttempt attempt) : IRouter
{
    /// <inheritdoc/>
    public string Name => "direct";

    /// <inheritdoc/>
    public async ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken)
    {
        var plan = new RoutePlan(request, response, Name, RouteTerms.Alone);
        var door = request.Door ?? throw new ArgumentException("not a request to a door", nameof(request));
        if (Find(request, door, out var failure) is not { } target)
            return RouteResult.Failed(plan, failure!);
        if (!target.Serves(door.Door))
            return RouteResult.Failed(plan, Missing(request, door.Door, target)) with { Target = target };
        if (door.Upload is { Model: { } written } upload && written != target.ModelId && door.Provider is null)
            upload.ReplacedBy = target.ModelId;

        var end = await attempt.TryAsync(plan, target, before: 0, AttemptTerms.Last, without: null, cancellationToken);
        IReadOnlyList<AttemptReport> reports = end.Report is { } report ? [report] : [];
        while (end.Failure is { HasOtherKey: true } && reports.Count < ModelAttempts.MaxAttempts)
        {
            end = await attempt.TryAsync(plan, target, reports.Count, AttemptTerms.Last, without: null, cancellationToken);
            reports = end.Report is { } next ? [.. reports, next] : reports;
        }

        return new RouteResult(plan, reports, end.Failure is { } failed ? new RouteFailure(failed.Kind, failed.Error) { RetryAfter = failed.RetryAfter } : null) { Target = target };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ModelTarget? Find(ClientRequest request, DoorRequest door, out RouteFailure? failure)
    {
        failure = null;
        var models = request.Snapshot.Models;
        if (door.Provider is { } named)
        {
            if (models.FindProvider(named) is { } provider)
                return provider;
            failure = RequestedModel.NotFound(models, named);
            return null;
        }

        if ((door.Upload is { } upload ? upload.Model : request.Envelope.Model) is { Length: > 0 } model)
        {
            if (models.Find(model) is { } target)
                return target;
            failure = RequestedModel.NotFound(models, model);
            return null;
        }

        if ((models.DirectDefault ?? models.Default) is { } standard && standard.Serves(door.Door))
            return models.AnyProviderOf(standard);
        if (models.Providers.FirstOrDefault(provider => provider.Serves(door.Door)) is { } first)
            return first;
        failure = new RouteFailure(FailureKind.NotSupported, new ClientError(
            StatusCodes.Status501NotImplemented, $"none of the configured providers has /v1/{door.Door.Name()}; one that has it is to be added to model_providers", "NotSupported"));
        return null;
    }

    private static RouteFailure Missing(ClientRequest request, ProviderDoor door, ModelTarget target)
    {
        var others = request.Snapshot.Models.Providers.Where(other => other.Serves(door)).Select(other => other.Config.Provider).Distinct().Take(3).ToArray();
        var instead = others.Length > 0 ? $"name a model of {string.Join(" or ", others)}" : "add a provider that has it to model_providers";
        return new RouteFailure(FailureKind.NotSupported, new ClientError(
            StatusCodes.Status501NotImplemented,
            $"{target.Config.Provider} has no /v1/{door.Name()}: {instead}, or say so with doors: [{door.Name()}] in its entry of model_providers if it has", "NotSupported"));
    }
}
