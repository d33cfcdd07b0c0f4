using ModelScan.RoutingApi.Decisions.Embedded.Encoding;
using ModelScan.RoutingApi.Decisions.Embedded.Lexical;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A set of routes made ready for scoring. Immutable.</summary>
internal sealed class CompiledRoutes
{
    /// <summary>In larger sets clauses are left out, so that compiling stays at three encodings per route.</summary>
    public const int MaxRoutesWithClauses = 100;

    private readonly RoutePrototype[] _routes;
    private readonly SentenceEncoder _encoder;
    private readonly double _clauseWeight;

    private CompiledRoutes(RouteSet set, RoutePrototype[] routes, RouterModel model)
    {
        (Set, _routes, _encoder, _clauseWeight) = (set, routes, model.Encoder, model.Calibration.Routes.ClauseWeight);
        Lexicon = new RouteLexicon([.. routes.Select(r => r.Text)], model.StopWords, model.Calibration.Lexical);
        Anchors = KeepAnchors(routes, model);
        TopicalAnchors = [.. Anchors.Where(anchor => !model.FillerAnchors.Contains(anchor))];
        HeldBack = Hubs(routes, model);
    }

    /// <summary>The routes themselves.</summary>
    public RouteSet Set { get; }

    /// <summary>Number of routes.</summary>
    public int Count => _routes.Length;

    /// <summary>Memory held, in units of 2 KB: a vector, or a thousand characters of text.</summary>
    public int Cost => _routes.Sum(r => 2 + r.Clauses.Count + r.Text.Length / 1_000)
        + Set.Routes.Sum(r => r.Examples.Sum(e => 1 + e.Length / 1_000));

    /// <summary>The words of the routes.</summary>
    public RouteLexicon Lexicon { get; }

    /// <summary>
    /// The anchors that count. One that is about the same thing as a route would count a perfect fit against that route.
    /// At least half are kept, the farthest, so that there is always something to measure against.
    /// </summary>
    public int[] Anchors { get; }

    /// <summary>Those of <see cref="Anchors"/> that have a topic.</summary>
    public int[] TopicalAnchors { get; }

    /// <summary>
    /// What is subtracted from a route's score when routes are compared. Vague routes lie close to texts of all sorts and
    /// would win too often (hubs; compare A. Conneau et al., "Word Translation Without Parallel Data", 2018). The mean is zero.
    /// </summary>
    public double[] HeldBack { get; }

    /// <summary>Encodes the routes: some milliseconds for each that was not seen lately.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two routes.</exception>
    public static CompiledRoutes Compile(RouteSet set, RouterModel model, PromptVectors vectors, CancellationToken cancellationToken)
    {
        var routes = new RoutePrototype[set.Routes.Count];
        for (var i = 0; i < routes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            routes[i] = RoutePrototype.Of(set.Routes[i], routes.Length <= MaxRoutesWithClauses, vectors, model.Calibration.Routes);
        }

        return new CompiledRoutes(set, routes, model);
    }

    /// <summary>Cosine of a message with a route: with its centre, and partly with the clause that fits best.</summary>
    public double Cosine(int route, ReadOnlySpan<float> message)
    {
        double whole = _encoder.Dot(message, _routes[route].Centre), best = whole;
        foreach (var clause in _routes[route].Clauses)
            best = Math.Max(best, _encoder.Dot(message, clause));
        return whole + _clauseWeight * (best - whole);
    }

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

    private static int[] KeepAnchors(RoutePrototype[] routes, RouterModel model)
    {
        var nearest = Enumerable.Range(0, model.Anchors.Count)
            .Select(anchor => (Anchor: anchor, Cosine: routes.Max(r => model.Encoder.Dot(r.Own, model.Anchors[anchor]))))
            .OrderBy(a => a.Cosine)
            .ToArray();
        var kept = Math.Max(nearest.Length / 2, nearest.Count(a => a.Cosine < model.Calibration.Anchors.NearRoute));
        return [.. nearest.Take(kept).Select(a => a.Anchor).Order()];
    }

    private static double[] Hubs(RoutePrototype[] routes, RouterModel model)
    {
        var all = Enumerable.Range(0, model.Anchors.Count).ToArray();
        var near = routes
            .Select(r => AnchorVectors.MeanOfBest(model.Anchors.Cosines(r.Centre, model.Encoder), all, model.Calibration.Anchors.Top))
            .ToArray();
        var mean = near.Average();
        return [.. near.Select(n => model.Calibration.Routes.HubWeight * (n - mean))];
    }
}
