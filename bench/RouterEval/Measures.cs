namespace RouterEval;

/// <summary>What is computed from answers, all in percent.</summary>
internal static class Measures
{
    /// <summary>Share of true values.</summary>
    public static double Share(IEnumerable<bool> values)
    {
        int all = 0, yes = 0;
        foreach (var value in values)
        {
            all++;
            yes += value ? 1 : 0;
        }

        return all == 0 ? double.NaN : 100.0 * yes / all;
    }

    /// <summary>The chance that a random positive is above a random negative, ties counting half (area under the ROC curve, by ranks).</summary>
    public static double Auroc(IReadOnlyCollection<double> positives, IReadOnlyCollection<double> negatives)
    {
        var all = positives.Select(v => (Value: v, Positive: true)).Concat(negatives.Select(v => (Value: v, Positive: false)))
            .OrderBy(v => v.Value).ToArray();
        var rankSum = 0.0;
        for (var i = 0; i < all.Length;)
        {
            var end = i;
            while (end < all.Length && all[end].Value.Equals(all[i].Value))
                end++;
            var rank = (i + 1 + end) / 2.0;
            rankSum += rank * all[i..end].Count(v => v.Positive);
            i = end;
        }

        double p = positives.Count, n = negatives.Count;
        return 100 * (rankSum - p * (p + 1) / 2) / (p * n);
    }

    /// <summary>Expected calibration error over ten equal bins: mean distance between the probability said and the share that came true.</summary>
    public static double CalibrationError(IEnumerable<(double Probability, bool Right)> answers)
    {
        var list = answers.ToArray();
        var error = list.GroupBy(a => Math.Min(9, (int)(a.Probability * 10)))
            .Sum(bin => Math.Abs(bin.Sum(a => a.Probability - (a.Right ? 1 : 0))));
        return 100 * error / list.Length;
    }

    /// <summary>F1 of each class among the right answers of one episode; -1 (none) is a class.</summary>
    public static IEnumerable<double> F1(IReadOnlyCollection<(int Right, int Decided)> answers)
    {
        foreach (var label in answers.Select(a => a.Right).Distinct())
        {
            double hits = answers.Count(a => a.Right == label && a.Decided == label);
            double misses = answers.Count(a => (a.Right == label) != (a.Decided == label));
            yield return 100 * 2 * hits / (2 * hits + misses);
        }
    }
}
