using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Decides by meaning, inside the process: no network, no key, a millisecond or so. Every message becomes a vector that is
/// compared with those of the routes' names and descriptions; shared words help; a route is taken when the probability that
/// it is right reaches the threshold. Thread-safe, deterministic, and never fails: what says nothing gives no route.
/// </summary>
/// <remarks>
/// Work is bounded whatever the request holds: the newest eight turns count, of each message at most 4,000 characters and
/// 64 word pieces. Routes are compiled once per <see cref="RouteSet"/> and kept in a bounded cache, as are vectors of messages.
/// The method and its measured quality: <c>docs/embedded-classifier.md</c>.
/// </remarks>
public sealed class EmbeddedRouteClassifier : IRouteClassifier
{
    /// <summary>The threshold where neither configuration nor route names one: keeps more of the right routes than 0.5 does.</summary>
    public const double DefaultThreshold = 0.4;

    /// <summary>Memory for compiled routes, in units of 2 KB; a route takes two to ten.</summary>
    private const int CompiledCapacity = 16_384;

    private readonly RouterModel _model;
    private readonly double _threshold;
    private readonly PromptVectors _vectors;
    private readonly BoundedCache<RouteSet, CompiledRoutes> _compiled = new(CompiledCapacity);

    internal EmbeddedRouteClassifier(RouterModel model, PromptVectors vectors, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, 1);
        (_model, _vectors, _threshold) = (model, vectors, threshold);
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <summary>Loads the shipped model; a few tens of milliseconds.</summary>
    /// <param name="threshold">Probability in 0..1 from which a route is taken; a route's own threshold goes first.</param>
    /// <exception cref="InvalidDataException">A shipped file is damaged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not in 0..1.</exception>
    public static EmbeddedRouteClassifier Load(double threshold = DefaultThreshold)
    {
        var model = RouterModel.Load();
        return new EmbeddedRouteClassifier(model, new PromptVectors(model), threshold);
    }

    /// <summary>The same classifier with another threshold; the model and the vectors of messages are shared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not in 0..1.</exception>
    public EmbeddedRouteClassifier WithThreshold(double threshold) => new(_model, _vectors, threshold);

    /// <summary>The plain method that the shipped one grew out of, for comparison.</summary>
    internal static EmbeddedRouteClassifier LoadReference(double threshold)
    {
        var model = RouterModel.Load(calibrationFile: RouterModel.ReferenceCalibrationFile);
        return new EmbeddedRouteClassifier(model, new PromptVectors(model), threshold);
    }

    /// <summary>Encodes a few texts, so that the first request finds compiled code and warm memory.</summary>
    public void WarmUp()
    {
        Span<float> vector = stackalloc float[SentenceEncoder.VectorLength];
        foreach (var text in (ReadOnlySpan<string>)["warm up", string.Join(' ', Enumerable.Repeat("a longer text", 16))])
            _model.Encoder.Encode(text, vector);
    }

    /// <summary>Compiles routes ahead of the first request that needs them: about a millisecond per route.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two routes.</exception>
    public void Prepare(RouteSet routes, CancellationToken cancellationToken = default) => Compile(routes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Classify(request, cancellationToken));

    /// <summary>The same at once: there is nothing to wait for.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the start, or while new routes were compiled.</exception>
    public RouteClassification Classify(ClassificationRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turns = ConversationTurns.Of(request.Messages, _model.Calibration.Conversation.MaxUserTurns);
        if (turns.Turns.Count == 0 || request.Routes.Routes.Count == 0)
            return new RouteClassification(null, Name) { Notes = ["There is no user message with text, or no route."] };

        var routes = Compile(request.Routes, cancellationToken);
        var evidence = new ConversationEvidence(routes.Count, _model.Calibration.Conversation);
        var newest = Gather(turns, routes, evidence);
        return Decide(request, turns, routes, evidence, newest);
    }

    /// <summary>The evidence of a conversation.</summary>
    /// <returns>The scores of the newest message.</returns>
    private PromptScores Gather(ConversationTurns turns, CompiledRoutes routes, ConversationEvidence evidence)
    {
        PromptScores Score(string text) => PromptScores.Of(text, _vectors.Of(text), routes, _model.Calibration);

        PromptScores? newest = null;
        foreach (var (answer, user) in turns.Turns)
        {
            if (answer is not null && _model.Calibration.Conversation.AssistantEvidence > 0)
                evidence.AddAnswer(Score(answer));
            newest = Score(user);
            evidence.Add(newest);
        }

        if (turns.NewestAnswer is not null)
            evidence.AddNewestAnswer(Score(turns.NewestAnswer));
        return newest!;
    }

    private RouteClassification Decide(
        ClassificationRequest request, ConversationTurns turns, CompiledRoutes routes, ConversationEvidence evidence, PromptScores newest)
    {
        var total = evidence.Total;
        var best = Array.IndexOf(total, total.Max());
        var runnerUp = double.NegativeInfinity;
        for (var i = 0; i < total.Length; i++)
        {
            if (i != best)
                runnerUp = Math.Max(runnerUp, total[i]);
        }

        double Probability(int route) => _model.Calibration.Logistic.Probability(evidence.AboveAnchors(route));
        double Threshold(int route) => request.Routes.Routes[route].Threshold ?? _threshold;

        var notes = new List<string>();
        var chosen = best;
        var pinned = routes.IndexOf(request.PinnedRoute);
        if (pinned >= 0 && pinned != best
            && total[best] - total[pinned] < _model.Calibration.SwitchMargin
            && Probability(pinned) >= Threshold(pinned))
        {
            chosen = pinned;
            notes.Add($"Kept {request.PinnedRoute}: {request.Routes.Routes[best].Name} is not better by {_model.Calibration.SwitchMargin}.");
        }

        if (turns.LeftOut > 0)
            notes.Add($"{turns.LeftOut} older user messages do not count.");
        if (request.Explain && _model.Encoder.Fills(turns.Turns[^1].User))
            notes.Add($"Of the newest message only the first {SentenceEncoder.MaxPieces} word pieces count.");
        var probability = Probability(chosen);
        return new RouteClassification(probability >= Threshold(chosen) ? request.Routes.Routes[chosen].Name : null, Name)
        {
            Probability = probability,
            Threshold = Threshold(chosen),
            Margin = routes.Count > 1 ? total[best] - runnerUp : null,
            Notes = notes,
            Scores = request.Explain
                ? [.. request.Routes.Routes.Select((route, i) => new RouteScore(route.Name, total[i])
                {
                    Cosine = newest.Cosine[i],
                    Lexical = newest.Lexical[i],
                    Probability = Probability(i),
                })]
                : [],
        };
    }

    private CompiledRoutes Compile(RouteSet routes, CancellationToken cancellationToken)
    {
        if (_compiled.TryGet(routes, out var compiled))
            return compiled!;
        compiled = CompiledRoutes.Compile(routes, _model, _vectors, cancellationToken);
        _compiled.Add(routes, compiled, compiled.Cost);
        return compiled;
    }
}
