using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Finds the model that the client named.</summary>
internal static class RequestedModel
{
    /// <summary>The model, or <paramref name="otherwise"/> when the client named none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="otherwise">The default; <see langword="null"/> when there is none.</param>
    /// <param name="failure">What the client is told when there is no such model.</param>
    public static ModelTarget? Find(ClientRequest request, ModelTarget? otherwise, out RouteFailure? failure)
    {
        failure = null;
        if (request.Envelope.Model is not { } name)
        {
            if (otherwise is null)
                failure = new RouteFailure(FailureKind.InvalidRequest, new ClientError(StatusCodes.Status400BadRequest, "model: is required, no default model is configured", "InvalidRequest", "model"));
            return otherwise;
        }

        if (request.Snapshot.Models.Find(name) is { } target)
            return target;
        failure = NotFound(request.Snapshot.Models, name);
        return null;
    }

    /// <summary>Says that there is no such model, in Plano's words, and which ones there are that are written alike.</summary>
    public static RouteFailure NotFound(ModelDirectory models, string name)
    {
        var near = models.Near(name);
        var hint = near.Count == 0 ? "" : $"; did you mean {string.Join(" or ", near.Select(candidate => $"'{candidate}'"))}?";
        return new RouteFailure(FailureKind.ModelNotFound, new ClientError(StatusCodes.Status404NotFound, $"Model '{Shortened(name)}' not found in configured providers{hint}", "model_not_found", "model"));
    }

    private static string Shortened(string name) => name.Length <= 256 ? name : $"{name.AsSpan(0, 256)}…";
}
