namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A labelled prompt as the decision rule sees it.</summary>
/// <param name="Cosine">With every route compared.</param>
/// <param name="Prior">How close it comes to prompts without a route.</param>
/// <param name="Right">Places of the routes that are right; <see cref="DecisionRule.None"/> for none.</param>
internal sealed record CalibrationSample(double[] Cosine, double Prior, IReadOnlyList<int> Right);

/// <summary>
/// Fits the constants for first messages: those under which what is right is most probable (maximum likelihood by gradient ascent, with a
/// weak pull towards the constants in force, so that a few prompts move them little). The factor b of the number of routes can only be
/// told where that number differs; else c takes its part.
/// </summary>
internal sealed class CalibrationFit(DecisionCalibration inForce)
{
    private const int Steps = 1_000;
    private const double Rate = 0.5;

    /// <summary>How many prompts the constants in force count as.</summary>
    private const double Pull = 0.02;

    private const int Folds = 5;

    /// <summary>The fitted constants; conversations keep theirs.</summary>
    public DecisionCalibration Fit(IReadOnlyList<CalibrationSample> samples)
    {
        var start = inForce.Single;
        var differ = samples.Select(sample => sample.Cosine.Length).Distinct().Count() > 1;
        var (k, c, b) = (start.K, start.C, start.B);
        for (var step = 0; step < Steps; step++)
        {
            double gradientK = 0, gradientC = 0, gradientB = 0;
            var rule = new DecisionRule(inForce with { Single = start with { K = k, C = c, B = b } });
            foreach (var sample in samples)
            {
                var (dK, dNone) = Gradient(sample, rule.First(sample.Cosine, sample.Prior));
                gradientK += dK;
                gradientC += dNone;
                gradientB += dNone * Math.Log(sample.Cosine.Length);
            }

            // k is some ten times the others, and its gradient as much smaller.
            k += Rate * 20 * (gradientK / samples.Count - Pull / samples.Count * (k - start.K));
            c += Rate * (gradientC / samples.Count - Pull / samples.Count * (c - start.C));
            b += differ ? Rate * (gradientB / samples.Count - Pull / samples.Count * (b - start.B)) : 0;
        }

        return inForce with { Single = start with { K = Math.Max(k, 0), C = c, B = b } };
    }

    /// <summary>Share 0..1 of the prompts that constants decide right.</summary>
    public static double Accuracy(IReadOnlyList<CalibrationSample> samples, DecisionCalibration constants) =>
        samples.Average(sample => sample.Right.Contains(Decide(sample, constants)) ? 1.0 : 0);

    /// <summary>The same for prompts that the constants were not fitted on, each fifth in its turn.</summary>
    public double CrossValidated(IReadOnlyList<CalibrationSample> samples)
    {
        var right = 0;
        for (var fold = 0; fold < Folds; fold++)
        {
            var left = samples.Where((_, i) => i % Folds == fold).ToArray();
            var others = samples.Where((_, i) => i % Folds != fold).ToArray();
            if (left.Length == 0 || others.Length == 0)
                continue;
            var constants = Fit(others);
            right += left.Count(sample => sample.Right.Contains(Decide(sample, constants)));
        }

        return (double)right / samples.Count;
    }

    private static int Decide(CalibrationSample sample, DecisionCalibration constants)
    {
        var odds = new DecisionRule(constants).First(sample.Cosine, sample.Prior);
        return sample.Cosine[odds.Best] >= constants.Single.LeastCosine && odds.AgainstNone(odds.Best) >= constants.Threshold ? odds.Best : DecisionRule.None;
    }

    // Of the logarithm of the probability of what is right, by k and by the utility of none.
    private static (double K, double None) Gradient(CalibrationSample sample, RouteOdds odds)
    {
        double mean = 0, meanRight = 0, right = 0;
        for (var i = 0; i < sample.Cosine.Length; i++)
            mean += odds.Probability(i) * sample.Cosine[i];
        foreach (var place in sample.Right)
        {
            var probability = place == DecisionRule.None ? odds.NoneProbability : odds.Probability(place);
            right += probability;
            meanRight += place == DecisionRule.None ? 0 : probability * sample.Cosine[place];
        }

        right = Math.Max(right, 1e-12);
        var none = sample.Right.Contains(DecisionRule.None) ? odds.NoneProbability / right : 0;
        return (meanRight / right - mean, none - odds.NoneProbability);
    }
}
