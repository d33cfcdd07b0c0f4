using System.Collections.Frozen;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;
using ModelScan.RoutingApi.Decisions.Embedded.Lexical;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A set of routes made ready for scoring: a vector per route and the words of all. Immutable.</summary>
internal sealed class CompiledRoutes
{
    private readonly float[] _vectors;

    private CompiledRoutes(RouteSet routes, float[] vectors, RouteLexicon lexicon) => (Set, _vectors, Lexicon) = (routes, vectors, lexicon);

    /// <summary>The routes themselves.</summary>
    public RouteSet Set { get; }

    /// <summary>Number of routes.</summary>
    public int Count => Set.Routes.Count;

    /// <summary>The words of the routes.</summary>
    public RouteLexicon Lexicon { get; }

    /// <summary>The unit vector of a route.</summary>
    public ReadOnlySpan<float> Vector(int route) => _vectors.AsSpan(route * SentenceEncoder.VectorLength, SentenceEncoder.VectorLength);

    /// <summary>The index of the route called <paramref name="name"/>, or -1.</summary>
    public int IndexOf(string? name)
    {
        for (var i = 0; name is not null && i < Count; i++)
        {
            if (Set.Routes[i].Name == name)
                return i;
        }

        return -1;
    }

    /// <summary>Encodes the routes: a millisecond for each that was not seen lately.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two routes.</exception>
    public static CompiledRoutes Compile(
        RouteSet set, PromptVectors vectors, FrozenSet<string> stopWords, RouterCalibration calibration, CancellationToken cancellationToken)
    {
        var texts = new string[set.Routes.Count];
        var prototypes = new float[set.Routes.Count * SentenceEncoder.VectorLength];
        for (var i = 0; i < texts.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            texts[i] = RouteText.Of(set.Routes[i]);
            Prototype(texts[i], set.Routes[i].Examples, vectors, calibration.ExampleKappa)
                .CopyTo(prototypes.AsSpan(i * SentenceEncoder.VectorLength));
        }

        return new CompiledRoutes(set, prototypes, new RouteLexicon(texts, stopWords, calibration.Lexical));
    }

    /// <summary>
    /// The vector of the route's text, drawn towards the mean of the examples: n of them weigh n / (n + kappa), because one
    /// example says less about a route than its description does.
    /// </summary>
    private static float[] Prototype(string text, IReadOnlyList<string> examples, PromptVectors vectors, double kappa)
    {
        var own = vectors.Of(text).Values;
        if (examples.Count == 0)
            return own;
        var weight = examples.Count / (examples.Count + kappa);
        var sum = new double[own.Length];
        foreach (var example in examples)
        {
            var vector = vectors.Of(example).Values;
            for (var i = 0; i < sum.Length; i++)
                sum[i] += vector[i] * (weight / examples.Count);
        }

        var squares = 0.0;
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += own[i] * (1 - weight);
            squares += sum[i] * sum[i];
        }

        var length = Math.Sqrt(squares);
        return [.. sum.Select(value => (float)(value / length))];
    }
}
