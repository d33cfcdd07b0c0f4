namespace ModelScan.RoutingApi.Decisions.Lexical;

/// <summary>
/// Chooses the route that shares the most telling words with what the user asked: BM25 over names, descriptions and examples.
/// Needs no model and a few microseconds; understands no synonym. The last user message counts in full, earlier ones a little,
/// and messages without a single telling word ("yes, go on") not at all, so that the one before them decides.
/// </summary>
public sealed class LexicalRouteClassifier : IRouteClassifier
{
    /// <summary>
    /// Default for routes without a threshold of their own: reached by two words of a description, or by one that is also in the
    /// route's name, but not by a single word of a description.
    /// </summary>
    public const double DefaultThreshold = 0.55;

    private const double EarlierMessageWeight = 0.25;
    private const int MaxUserMessages = 8;

    private readonly double _threshold;

    // The set used last: nearly always the configured one. Compiling another takes about as long as scoring a long prompt.
    private CompiledSet? _latest;

    /// <summary>Creates the classifier.</summary>
    /// <param name="threshold">Strength in 0..1 from which a route without its own threshold is taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is outside 0..1.</exception>
    public LexicalRouteClassifier(double threshold = DefaultThreshold)
    {
        if (threshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold lies in 0..1.");
        _threshold = threshold;
    }

    /// <inheritdoc/>
    public string Name => "lexical";

    /// <inheritdoc/>
    /// <remarks>
    /// <see cref="RouteClassification.Probability"/> is score / (score + 1): it orders and can be compared with thresholds, but is
    /// not calibrated on prompts.
    /// </remarks>
    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Classify(request));
    }

    private RouteClassification Classify(in ClassificationRequest request)
    {
        var routes = request.Routes.Routes;
        var scores = IndexFor(request.Routes).Score(WeighTerms(request.Messages));
        var best = Best(routes, scores, request.PinnedRoute);
        var probability = Squash(scores[best]);
        var threshold = routes[best].Threshold ?? _threshold;
        var taken = scores[best] > 0 && probability >= threshold;

        return new RouteClassification(taken ? routes[best].Name : null, Name)
        {
            Probability = probability,
            Threshold = threshold,
            Margin = routes.Count > 1 ? scores[best] - scores.Where((_, route) => route != best).Max() : null,
            Scores = request.Explain
                ? [.. scores.Select((score, i) => new RouteScore(routes[i].Name, score) { Lexical = score, Probability = Squash(score) })]
                : [],
        };
    }

    private LexicalIndex IndexFor(RouteSet routes)
    {
        var latest = Volatile.Read(ref _latest);
        if (latest is null || !latest.Routes.Equals(routes))
        {
            latest = new CompiledSet(routes, new LexicalIndex(routes));
            Volatile.Write(ref _latest, latest);
        }

        return latest.Index;
    }

    /// <summary>
    /// The highest score among the routes that reach their threshold, else among all. The session's own route wins a tie, then
    /// the one declared first.
    /// </summary>
    private int Best(IReadOnlyList<ClassifiableRoute> routes, double[] scores, string? pinned)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            var order = Standing(i).CompareTo(Standing(best));
            if (order > 0 || (order == 0 && routes[i].Name == pinned))
                best = i;
        }

        return best;

        (bool Reached, double Score) Standing(int i) => (Squash(scores[i]) >= (routes[i].Threshold ?? _threshold), scores[i]);
    }

    /// <summary>The query: terms of the newest user messages, each with the weight of the newest message that says it.</summary>
    private static Dictionary<string, double> WeighTerms(IReadOnlyList<ConversationMessage> messages)
    {
        var query = new Dictionary<string, double>(StringComparer.Ordinal);
        var terms = new List<string>();
        var weight = 1.0;
        var seen = 0;
        for (var i = messages.Count - 1; i >= 0 && seen < MaxUserMessages; i--)
        {
            if (messages[i].Role != ConversationRole.User)
                continue;
            seen++;
            terms.Clear();
            LexicalTerms.AddTo(terms, messages[i].Text);
            foreach (var term in terms)
                query.TryAdd(term, weight);
            if (terms.Count > 0)
                weight = Math.Min(weight / 2, EarlierMessageWeight);
        }

        return query;
    }

    private static double Squash(double score) => score / (score + 1);

    private sealed record CompiledSet(RouteSet Routes, LexicalIndex Index);
}
