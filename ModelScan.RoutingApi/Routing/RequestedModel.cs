using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Finds the model that the client named.</summary>
internal static class RequestedModel
{
    /// <summary>The model, or <paramref name="otherwise"/> when the client named none.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="otherwise">The default; <see langword="null"/> when there is none.</param>
    /// <param name="error">What the client is told when there is no such model.</param>
    public static ModelTarget? Find(ProxyExchange exchange, ModelTarget? otherwise, out ClientError? error)
    {
        error = null;
        if (exchange.Envelope.Model is not { } name)
        {
            if (otherwise is null)
                error = new ClientError(StatusCodes.Status400BadRequest, "model: is required, no default model is configured", "InvalidRequest", "model");
            return otherwise;
        }

        if (exchange.Models.Find(name) is { } target)
            return target;
        error = NotFound(exchange.Models, name);
        return null;
    }

    /// <summary>Says that there is no such model, in Plano's words, and which ones there are that are written alike.</summary>
    public static ClientError NotFound(ModelDirectory models, string name)
    {
        var near = models.Near(name);
        var hint = near.Count == 0 ? "" : $"; did you mean {string.Join(" or ", near.Select(candidate => $"'{candidate}'"))}?";
        return new ClientError(StatusCodes.Status404NotFound, $"Model '{Shortened(name)}' not found in configured providers{hint}", "model_not_found", "model");
    }

    private static string Shortened(string name) => name.Length <= 256 ? name : $"{name.AsSpan(0, 256)}…";
}
