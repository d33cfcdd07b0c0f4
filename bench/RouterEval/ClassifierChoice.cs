using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace RouterEval;

/// <summary>The one place that knows which classifier a command line means: any other one is a line in this table.</summary>
internal static class ClassifierChoice
{
    private static readonly Dictionary<string, Func<EvalOptions, IRouteClassifier>> Kinds = new()
    {
        ["final"] = options => EmbeddedRouteClassifier.Load(options.Threshold),
        ["reference"] = options => EmbeddedRouteClassifier.LoadReference(options.Threshold),
    };

    /// <summary>Makes the classifier.</summary>
    /// <exception cref="FormatException">There is no such classifier.</exception>
    public static IRouteClassifier Create(EvalOptions options) => Kinds.TryGetValue(options.Kind, out var create)
        ? create(options)
        : throw new FormatException($"There is no classifier for {options.Kind}; there are {string.Join(", ", Kinds.Keys)}.");
}
