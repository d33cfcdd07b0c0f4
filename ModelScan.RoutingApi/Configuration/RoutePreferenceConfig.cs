using ModelScan.RoutingApi.Selection;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>One route: an entry of <c>routing_preferences</c>.</summary>
/// <param name="Name">Identifier, unique within its list.</param>
/// <param name="Description">When to choose it, in plain words; empty to go by the name.</param>
/// <param name="Models">Candidate models as written, at least one.</param>
/// <param name="Prefer">How the candidates are ordered.</param>
public sealed record RoutePreferenceConfig(string Name, string Description, IReadOnlyList<string> Models, ISelectionPolicy Prefer)
{
    /// <summary>Example prompts (ModelScan's addition, <c>examples</c>, and then those of <c>examples_file</c>).</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Probability in 0..1 below which the route is not taken (ModelScan's addition, <c>threshold</c>); <see langword="null"/> for no bound of its own.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether it takes what no other route does, and is not compared by its words (ModelScan's addition, <c>default</c>).</summary>
    public bool IsDefault { get; init; }
}
