namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Adds up what the messages say about each route, oldest first. A message that fits no route ("yes, that works") hardly
/// counts and leaves the older evidence standing; one that clearly fits a route makes the older evidence fade at once:
/// <code>
/// m = max(0, best score - floor)      how much the message says
/// f = decay / (1 + fade · m)          what is left of the older evidence
/// w = base + gain · m                 what the message itself weighs
/// total = f · total + w · score
/// </code>
/// Whether any route fits is kept apart, because a message can speak clearly of something that no route covers. There,
/// m = max(0, the larger of best score and topic score - topic floor), with its own gain, and the average of
/// score - anchor mean is taken with those weights. With a single message that average is the message's own.
/// </summary>
internal sealed class ConversationEvidence(int routes, ConversationCalibration calibration)
{
    private readonly double[] _above = new double[routes];
    private double _weight;

    /// <summary>What the routes are compared by.</summary>
    public double[] Total { get; } = new double[routes];

    /// <summary>Adds a user's message.</summary>
    public void Add(PromptScores message)
    {
        var best = message.Score.Max();
        var (left, weight) = Weigh(best - calibration.FloorScore, calibration.Gain);
        var (topicLeft, topicWeight) = Weigh(Math.Max(best, message.TopicScore) - calibration.TopicFloor, calibration.TopicGain);
        for (var i = 0; i < Total.Length; i++)
        {
            Total[i] = left * Total[i] + weight * message.Compared[i];
            _above[i] = topicLeft * _above[i] + topicWeight * (message.Score[i] - message.AnchorMean);
        }

        _weight = topicLeft * _weight + topicWeight;
    }

    /// <summary>
    /// Adds an answer that stands before a user's message. It tells routes apart, more weakly than the user does, but is no
    /// evidence that one fits, and makes nothing fade.
    /// </summary>
    public void AddAnswer(PromptScores answer)
    {
        var (_, weight) = Weigh(answer.Score.Max() - calibration.FloorScore, calibration.Gain);
        for (var i = 0; i < Total.Length; i++)
            Total[i] += calibration.AssistantEvidence * weight * answer.Compared[i];
    }

    /// <summary>Adds the answer to which the newest message replies, by its meaning alone.</summary>
    public void AddNewestAnswer(PromptScores answer)
    {
        for (var i = 0; i < Total.Length; i++)
            Total[i] += calibration.AssistantWeight * answer.Cosine[i];
    }

    /// <summary>By how much a route's score exceeds the anchors, averaged over the messages.</summary>
    public double AboveAnchors(int route) => _above[route] / _weight;

    private (double Left, double Weight) Weigh(double aboveFloor, double gain)
    {
        var says = Math.Max(0, aboveFloor);
        return (calibration.Decay / (1 + calibration.Fade * says), calibration.BaseWeight + gain * says);
    }
}
