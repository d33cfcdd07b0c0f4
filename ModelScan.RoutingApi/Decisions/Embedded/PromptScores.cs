namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>How one message fits each route: score = cosine + weight · min(lexical, cap).</summary>
/// <param name="Cosine">Cosine between message and route, -1..1.</param>
/// <param name="Lexical">The lexical term before cap and weight, 0 and more.</param>
/// <param name="Score">How well the route fits.</param>
/// <param name="Compared">The score by which routes are compared: those that lie close to everything are held back.</param>
/// <param name="AnchorMean">What a score has to exceed to mean something.</param>
/// <param name="TopicScore">How clearly the message has some topic, be it of a route or not.</param>
internal sealed record PromptScores(double[] Cosine, double[] Lexical, double[] Score, double[] Compared, double AnchorMean, double TopicScore)
{
    /// <summary>Scores a message against all routes.</summary>
    public static PromptScores Of(string text, PromptVector vector, CompiledRoutes routes, RouterCalibration calibration)
    {
        double[] cosine = new double[routes.Count], lexical = new double[routes.Count];
        double[] score = new double[routes.Count], compared = new double[routes.Count];
        routes.Lexicon.Score(text, lexical);
        for (var i = 0; i < score.Length; i++)
        {
            cosine[i] = routes.Cosine(i, vector.Values);
            score[i] = cosine[i] + calibration.Lexical.Weight * Math.Min(lexical[i], calibration.Lexical.Cap);
            compared[i] = score[i] - routes.HeldBack[i];
        }

        return new PromptScores(
            cosine,
            lexical,
            score,
            compared,
            AnchorVectors.MeanOfBest(vector.AnchorCosines, routes.Anchors, calibration.Anchors.Top),
            AnchorVectors.MeanOfBest(vector.AnchorCosines, routes.TopicalAnchors, calibration.Conversation.TopicAnchors));
    }
}
