using System.Globalization;
using GuardEval;

// What guards find, and how fast: dotnet run -c Release --project bench/GuardEval [mistakes]
var sets = Path.Combine(AppContext.BaseDirectory, "Sets");
var texts = LabelledText.Read(Path.Combine(sets, "pii.tsv"));
Action<string>? tell = args.Contains("mistakes") ? Console.WriteLine : null;
Console.WriteLine($"Personal data: {texts.Count} texts in {texts.Select(text => text.Language).Distinct().Count()} languages, {texts.Sum(text => text.Labels.Count)} labels, {texts.Count(text => text.Labels.Count == 0)} texts without any");
foreach (var group in (string[])["development", "held-out"])
{
    var scores = PiiEvaluation.Run(texts.Where(text => text.Group == group), tell);
    foreach (var kind in PiiEvaluation.Kinds)
        Tell(group, kind, scores[kind]);
    Tell(group, "all", PiiEvaluation.Total(scores));
}

foreach (var (group, file) in new[] { ("development", "jailbreak.tsv"), ("held-out", "jailbreak-held-out.tsv") })
{
    var attempts = JailbreakEvaluation.Run(Path.Combine(sets, file), tell: tell);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Attempts to override instructions, {group}: {attempts.Hits} of {attempts.Attempts} found ({attempts.HitRate:0.0%}), {attempts.FalseAlarms} of {attempts.Harmless} harmless texts taken for one ({attempts.FalseAlarmRate:0.0%}), {attempts.Unverified} of {attempts.Others} in other languages unverified"));
}

using var factory = new Meters();
Speed.Run(texts, factory);
StreamDelay.Run(factory);

static void Tell(string group, string kind, Score score) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{group,-12} {kind,-6} precision {score.Precision:0.000} recall {score.Recall:0.000}   found {score.Found}, wrong {score.Wrong}, missed {score.Missed}"));
