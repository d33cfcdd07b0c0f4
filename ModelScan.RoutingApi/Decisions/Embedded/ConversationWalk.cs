using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Goes through a person's messages, oldest first, and decides each: what was decided for one is a reason for the next. The messages
/// before the newest were decided in earlier requests, so that their vectors are remembered as a rule.
/// </summary>
internal sealed class ConversationWalk(CompiledRoutes routes, PromptVectors vectors, DecisionCalibration calibration, MessageReading reading)
{
    private readonly DecisionRule _rule = new(calibration);
    private int[] _before = [];

    /// <summary>The newest message's standing; set once a message was added.</summary>
    public RouteOdds Odds { get; private set; } = null!;

    /// <summary>The newest message's cosine with every route compared.</summary>
    public double[] Cosine { get; private set; } = [];

    /// <summary>The place of the route that the newest message gets, or <see cref="DecisionRule.None"/>.</summary>
    public int Chosen { get; private set; } = DecisionRule.None;

    /// <summary>Pieces of a message that count, the marks included.</summary>
    public int MaxPieces => vectors.Model.MaxPieces;

    /// <summary>How much of the newest message counts.</summary>
    public MessageExtent Extent { get; private set; }

    /// <summary>Whether the newest message is a first one that comes close to no route at all, as a greeting does.</summary>
    public bool SaysTooLittle { get; private set; }

    /// <summary>What the encoder is given for a message and the beginning of the one before it.</summary>
    public static int[] Together(EncoderModel model, int[] before, int[] pieces, int previousPieces) => model.Ids(before.AsSpan(0, Math.Min(before.Length, previousPieces)), pieces);

    /// <summary>Decides the next message.</summary>
    public async ValueTask AddAsync(ConversationTurn turn, CancellationToken cancellationToken)
    {
        var model = vectors.Model;
        (var pieces, Extent) = reading(model, turn.Text);
        var isFirst = Odds is null;
        // Both at once, so that they stand in the encoder's queue together.
        var context = isFirst ? null : vectors.OfAsync(Together(model, _before, pieces, calibration.Dialogue.PreviousPieces), cancellationToken).AsTask();
        var vector = await vectors.OfAsync(model.Ids(pieces), cancellationToken).ConfigureAwait(false);
        Cosine = routes.Cosines(vector);
        var prior = calibration.PriorOf(vector);
        var together = context is null ? null : routes.Cosines(await context.ConfigureAwait(false));
        Odds = together is null
            ? _rule.First(Cosine, prior)
            : _rule.Later(Cosine, together, prior, new FollowUp(pieces.Length, Chosen, turn.AnswersQuestion));
        SaysTooLittle = together is null && calibration.Threshold > 0 && Cosine[Odds.Best] < calibration.Single.LeastCosine;
        Chosen = !SaysTooLittle && RouteVerdict.IsTaken(routes, Odds, Odds.Best, calibration.Threshold) ? Odds.Best : DecisionRule.None;
        _before = pieces;
    }
}
