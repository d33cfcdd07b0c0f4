using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>How one message fits each route: score = cosine + weight · min(lexical, cap).</summary>
/// <param name="Cosine">Cosine between message and route, -1..1.</param>
/// <param name="Lexical">The lexical term before cap and weight, 0 and more.</param>
/// <param name="Score">What the routes are compared by.</param>
/// <param name="AnchorMean">What a score has to exceed to mean something.</param>
internal sealed record PromptScores(double[] Cosine, double[] Lexical, double[] Score, double AnchorMean)
{
    /// <summary>Scores a message against all routes.</summary>
    public static PromptScores Of(string text, PromptVector vector, CompiledRoutes routes, LexicalCalibration calibration, SentenceEncoder encoder)
    {
        double[] cosine = new double[routes.Count], lexical = new double[routes.Count], score = new double[routes.Count];
        routes.Lexicon.Score(text, lexical);
        for (var i = 0; i < score.Length; i++)
        {
            cosine[i] = encoder.Dot(vector.Values, routes.Vector(i));
            score[i] = cosine[i] + calibration.Weight * Math.Min(lexical[i], calibration.Cap);
        }

        return new PromptScores(cosine, lexical, score, vector.AnchorMean);
    }
}
