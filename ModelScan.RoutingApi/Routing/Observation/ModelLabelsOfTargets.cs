using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Labels of targets.</summary>
internal static class ModelLabelsOfTargets
{
    /// <summary><c>provider/model</c>, or <c>provider/*</c>.</summary>
    public static string Of(this ModelLabels labels, ModelTarget target) => labels.Of(target.Name, Wildcard(target));

    /// <summary>The model as its provider knows it, or <c>*</c>.</summary>
    public static string IdOf(this ModelLabels labels, ModelTarget target) =>
        Wildcard(target) is { } wildcard && labels.Of(target.Name, wildcard) == wildcard ? target.Config.ModelId : target.ModelId;

    private static string? Wildcard(ModelTarget target) => target.Config.IsWildcard ? target.Config.Name : null;
}
