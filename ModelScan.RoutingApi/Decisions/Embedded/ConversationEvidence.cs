namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Adds up what the user's messages say about each route, oldest first. A message that fits no route ("yes, that works")
/// hardly counts and leaves the older evidence standing; one that clearly fits a route makes the older evidence fade at once:
/// <code>
/// m = max(0, best score - floor)      how much the message says
/// f = decay / (1 + fade · m)          what is left of the older evidence
/// w = base + gain · m                 what the message itself weighs
/// total = f · total + w · score,  above = f · above + w · (score - anchor mean),  weight = f · weight + w
/// </code>
/// With a single message this is that message's score, times w.
/// </summary>
internal sealed class ConversationEvidence(int routes, ConversationCalibration calibration)
{
    private readonly double[] _above = new double[routes];

    /// <summary>What the routes are compared by.</summary>
    public double[] Total { get; } = new double[routes];

    /// <summary>Sum of the weights.</summary>
    public double Weight { get; private set; }

    /// <summary>Adds a message.</summary>
    public void Add(PromptScores message)
    {
        var says = Math.Max(0, message.Score.Max() - calibration.FloorScore);
        var left = calibration.Decay / (1 + calibration.Fade * says);
        var weight = calibration.BaseWeight + calibration.Gain * says;
        for (var i = 0; i < Total.Length; i++)
        {
            Total[i] = left * Total[i] + weight * message.Score[i];
            _above[i] = left * _above[i] + weight * (message.Score[i] - message.AnchorMean);
        }

        Weight = left * Weight + weight;
    }

    /// <summary>Adds the answer to which the newest message replies; it helps to compare routes but is no evidence that one fits.</summary>
    public void AddAnswer(ReadOnlySpan<double> cosines)
    {
        for (var i = 0; i < Total.Length; i++)
            Total[i] += calibration.AssistantWeight * cosines[i];
    }

    /// <summary>By how much a route's score exceeds the anchors, averaged over the messages.</summary>
    public double AboveAnchors(int route) => _above[route] / Weight;
}
