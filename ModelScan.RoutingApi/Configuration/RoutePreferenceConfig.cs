namespace ModelScan.RoutingApi.Configuration;

/// <summary>How a route's models are ordered (<c>selection_policy.prefer</c>).</summary>
public enum SelectionPreference
{
    /// <summary>As declared.</summary>
    None,

    /// <summary>Ascending input plus output price.</summary>
    Cheapest,

    /// <summary>Ascending latency.</summary>
    Fastest,

    /// <summary>Shuffled for every request.</summary>
    Random,
}

/// <summary>One route: an entry of <c>routing_preferences</c>.</summary>
/// <param name="Name">Identifier, unique within its list.</param>
/// <param name="Description">When to choose it, in plain words.</param>
/// <param name="Models">Candidate models as written, at least one.</param>
/// <param name="Prefer">How the candidates are ordered.</param>
public sealed record RoutePreferenceConfig(string Name, string Description, IReadOnlyList<string> Models, SelectionPreference Prefer)
{
    /// <summary>Example prompts (ModelScan's addition, <c>examples</c>).</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Probability in 0..1 from which the route is taken (ModelScan's addition, <c>threshold</c>); <see langword="null"/> for the global one.</summary>
    public double? Threshold { get; init; }
}
