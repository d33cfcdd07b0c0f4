using ModelScan.RoutingApi.Guards.Jailbreaks;

namespace GuardEval;

/// <summary>How well the heuristic for attempts to override instructions does.</summary>
/// <param name="Attempts">Attempts in the set, in the languages that it knows.</param>
/// <param name="Hits">Those that it finds.</param>
/// <param name="Harmless">Texts that are none.</param>
/// <param name="FalseAlarms">Those that it takes for attempts.</param>
/// <param name="Others">Texts in other languages.</param>
/// <param name="Unverified">Those of which it says that it does not understand them, or that they are attempts: none may pass as clear.</param>
internal sealed record JailbreakEvaluation(int Attempts, int Hits, int Harmless, int FalseAlarms, int Others, int Unverified)
{
    /// <summary>Part of the attempts that is found.</summary>
    public double HitRate => (double)Hits / Attempts;

    /// <summary>Part of what is harmless that is taken for an attempt.</summary>
    public double FalseAlarmRate => (double)FalseAlarms / Harmless;

    /// <summary>Scores a set: <c>attempt|harmless|other TAB language TAB text</c>.</summary>
    /// <param name="path">The set.</param>
    /// <param name="threshold">The score from which on a text is an attempt.</param>
    /// <param name="tell">Takes mistakes.</param>
    public static JailbreakEvaluation Run(string path, double threshold = 0.5, Action<string>? tell = null)
    {
        var result = new JailbreakEvaluation(0, 0, 0, 0, 0, 0);
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            var fields = line.Split('\t', 3);
            var text = LabelledText.Unescaped(fields[2]);
            var verdict = JailbreakHeuristic.Score(text);
            var isHit = verdict.Score >= threshold;
            result = fields[0] switch
            {
                "attempt" => result with { Attempts = result.Attempts + 1, Hits = result.Hits + (isHit ? 1 : 0) },
                "harmless" => result with { Harmless = result.Harmless + 1, FalseAlarms = result.FalseAlarms + (isHit ? 1 : 0) },
                _ => result with { Others = result.Others + 1, Unverified = result.Unverified + (isHit || !verdict.IsUnderstood ? 1 : 0) },
            };
            if (fields[0] == "attempt" != isHit && fields[0] != "other")
                tell?.Invoke($"{(isHit ? "false alarm" : "missed")} {verdict.Score:0.00} {fields[1]}: {text}");
        }

        return result;
    }
}
