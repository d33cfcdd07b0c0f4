namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The vectors of one route.</summary>
/// <param name="Text">The route's text.</param>
/// <param name="Own">Vector of that text.</param>
/// <param name="Centre">Mean of that vector, its parts' and the examples'.</param>
/// <param name="Clauses">Vectors of the description's clauses, each together with the name; usually none to six.</param>
internal sealed record RoutePrototype(string Text, float[] Own, float[] Centre, IReadOnlyList<float[]> Clauses)
{
    /// <summary>Encodes what was not seen lately: a millisecond or so per route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="withClauses">Whether the description's clauses are wanted.</param>
    /// <param name="vectors">The encoder.</param>
    /// <param name="calibration">The weights of the parts.</param>
    public static RoutePrototype Of(ClassifiableRoute route, bool withClauses, PromptVectors vectors, RouteCalibration calibration)
    {
        var text = RouteText.Of(route);
        var own = vectors.Of(text).Values;
        var name = RouteText.ReadableName(route.Name);
        var hasParts = name.Length > 0 && !string.IsNullOrWhiteSpace(route.Description);

        var centre = own;
        if (hasParts && calibration.PartsWeight > 0)
        {
            var half = calibration.PartsWeight / 2;
            centre = Mean([(own, 1), (vectors.Of(name).Values, half), (vectors.Of(route.Description).Values, half)]);
        }

        // n examples weigh n / (n + kappa) together: a single one says less about a route than its description does.
        if (route.Examples.Count > 0)
        {
            var share = route.Examples.Count / (route.Examples.Count + calibration.ExampleKappa);
            centre = Mean([(centre, 1 - share), .. route.Examples.Select(e => (vectors.Of(e).Values, share / route.Examples.Count))]);
        }

        return new RoutePrototype(
            text,
            own,
            centre,
            withClauses && hasParts && calibration.ClauseWeight > 0
                ? [.. RouteClauses.Of(route.Description).Select(clause => vectors.Of($"{name}: {clause}").Values)]
                : []);
    }

    /// <summary>Weighted mean, brought to length one.</summary>
    private static float[] Mean(IEnumerable<(float[] Vector, double Weight)> vectors)
    {
        var sum = new double[Encoding.SentenceEncoder.VectorLength];
        foreach (var (vector, weight) in vectors)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += vector[i] * weight;
        }

        var length = Math.Sqrt(sum.Sum(x => x * x));
        return [.. sum.Select(x => (float)(x / length))];
    }
}
