namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// The routes and none against each other: p(r) = exp U(r) / (exp U(none) + the sum of exp U over the routes).
/// </summary>
/// <param name="Utility">U of each route compared; at least one.</param>
/// <param name="None">U of none.</param>
internal sealed record RouteOdds(double[] Utility, double None)
{
    /// <summary>The first of the best routes.</summary>
    public int Best { get; } = Array.IndexOf(Utility, Utility.Max());

    /// <summary>The probability in 0..1 that none is right.</summary>
    public double NoneProbability => Share(None);

    /// <summary>The probability in 0..1 that a route is right.</summary>
    public double Probability(int route) => Share(Utility[route]);

    /// <summary>The same if the route and none were all there is.</summary>
    public double AgainstNone(int route) => 1 / (1 + Math.Exp(None - Utility[route]));

    private double Share(double utility)
    {
        var sum = Math.Exp(None - utility);
        foreach (var other in Utility)
            sum += Math.Exp(other - utility);
        return 1 / sum;
    }
}
