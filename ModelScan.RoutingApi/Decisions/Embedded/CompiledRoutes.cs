using System.Numerics.Tensors;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A set of routes made ready for comparing. Immutable.</summary>
internal sealed class CompiledRoutes
{
    /// <summary>Routes encoded at a time: a large set must not keep other decisions waiting until it is done.</summary>
    private const int AtATime = 4;

    private readonly float[][] _vectors;

    private CompiledRoutes(RouteSet set, int leftover, int[] compared, float[][] vectors) =>
        (Set, Leftover, Compared, _vectors) = (set, leftover, compared, vectors);

    /// <summary>The routes themselves.</summary>
    public RouteSet Set { get; }

    /// <summary>The index of the route that takes what no other does, or -1.</summary>
    public int Leftover { get; }

    /// <summary>The indexes of the routes that are compared: all but that one.</summary>
    public int[] Compared { get; }

    /// <summary>Memory held, in units of 2 KB: a vector, or a thousand characters of text.</summary>
    public int Cost => _vectors.Length + Set.Routes.Sum(r => 1 + (r.Description.Length + r.Examples.Sum(e => e.Length)) / 1_000);

    /// <summary>Encodes the routes: a millisecond or so for each that was not seen lately.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public static async Task<CompiledRoutes> CompileAsync(RouteSet set, PromptVectors vectors, CancellationToken cancellationToken)
    {
        var leftover = LeftoverRoute.Of(set);
        int[] compared = [.. Enumerable.Range(0, set.Routes.Count).Where(i => i != leftover)];
        var compiled = new List<float[]>(compared.Length);
        foreach (var some in compared.Chunk(AtATime))
            compiled.AddRange(await Task.WhenAll(some.Select(i => RouteVector.OfAsync(set.Routes[i], vectors, cancellationToken).AsTask())).ConfigureAwait(false));
        return new CompiledRoutes(set, leftover, compared, [.. compiled]);
    }

    /// <summary>Cosine of a text with every route compared, -1..1.</summary>
    public double[] Cosines(ReadOnlySpan<float> text)
    {
        var cosines = new double[_vectors.Length];
        for (var i = 0; i < cosines.Length; i++)
            cosines[i] = TensorPrimitives.Dot(text, _vectors[i]);
        return cosines;
    }

    /// <summary>The place among <see cref="Compared"/> of the route called <paramref name="name"/>, or -1.</summary>
    public int PlaceOf(string? name)
    {
        for (var i = 0; name is not null && i < Compared.Length; i++)
        {
            if (Set.Routes[Compared[i]].Name == name)
                return i;
        }

        return -1;
    }
}
