using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards.Detection;

namespace GuardEval;

/// <summary>How well a detector does: of one kind, or of all.</summary>
/// <param name="Found">What it found and should have, from the first to the last letter.</param>
/// <param name="Wrong">What it found and should not have.</param>
/// <param name="Missed">What it should have found and has not.</param>
internal readonly record struct Score(int Found, int Wrong, int Missed)
{
    /// <summary>Part of what it found that is right.</summary>
    public double Precision => Found + Wrong == 0 ? 1 : (double)Found / (Found + Wrong);

    /// <summary>Part of what there is that it found.</summary>
    public double Recall => Found + Missed == 0 ? 1 : (double)Found / (Found + Missed);

    public static Score operator +(Score one, Score other) => new(one.Found + other.Found, one.Wrong + other.Wrong, one.Missed + other.Missed);
}

/// <summary>Precision and recall of the detector of personal data.</summary>
internal static class PiiEvaluation
{
    /// <summary>Every kind.</summary>
    public static readonly string[] Kinds = [PiiDetector.Email, PiiDetector.Phone, PiiDetector.Card, PiiDetector.IbanKind, PiiDetector.Ssn];

    /// <summary>Scores texts, by kind; mistakes go to <paramref name="tell"/>.</summary>
    public static IReadOnlyDictionary<string, Score> Run(IEnumerable<LabelledText> texts, Action<string>? tell = null)
    {
        var detector = new PiiDetector(Enum.GetValues<PiiEntity>());
        var scores = Kinds.ToDictionary(kind => kind, _ => default(Score));
        foreach (var text in texts)
        {
            var found = new List<Finding>();
            detector.Find(text.Text, found);
            foreach (var finding in found)
            {
                var isRight = text.Labels.Contains(finding);
                scores[finding.Kind] += isRight ? new Score(1, 0, 0) : new Score(0, 1, 0);
                if (!isRight)
                    tell?.Invoke($"wrong  {text.Language} {finding.Kind} '{text.Text.Substring(finding.Start, finding.Length)}' in: {text.Text}");
            }

            foreach (var label in text.Labels.Where(label => !found.Contains(label)))
            {
                scores[label.Kind] += new Score(0, 0, 1);
                tell?.Invoke($"missed {text.Language} {label.Kind} '{text.Text.Substring(label.Start, label.Length)}' in: {text.Text}");
            }
        }

        return scores;
    }

    /// <summary>Of all kinds together.</summary>
    public static Score Total(IReadOnlyDictionary<string, Score> scores) => scores.Values.Aggregate(default(Score), static (sum, next) => sum + next);
}
