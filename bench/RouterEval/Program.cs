using ModelScan.RoutingApi.Decisions.Embedded;
using RouterEval;

EvalOptions options;
TimedClassifier? classifier = null;
try
{
    options = EvalOptions.Parse(args);
    if (options.AnchorFile is null)
        classifier = new TimedClassifier(ClassifierChoice.Create(options));
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message + "\n\n" + EvalOptions.Usage);
    return 2;
}

if (classifier is null)
{
    using var texts = new StreamReader(RouterModel.Open(RouterModel.AnchorTextsFile));
    await using var file = File.Create(options.AnchorFile!);
    AnchorVectors.Encode(AnchorVectors.ReadTexts(texts), RouterModel.LoadEncoder()).Write(file);
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var evaluation = EvaluationSet.Read(options.Folder!);
var asked = await PromptResult.AskAsync(classifier, evaluation.Episodes, stop.Token);
PromptResult[] At(double threshold) => [.. asked.Select(set => PromptResult.Of(set, threshold))];
var sets = At(options.Threshold);
var report = new EvaluationReport(
    options.Endpoint is null ? $"embedded, {options.Method} method" : $"{options.Model} at {options.Endpoint}",
    options.Threshold,
    sets,
    sets.Length == 0 ? null : PromptResult.Macro(sets),
    sets.Length == 0 ? null : PromptResult.Macro(At(0.4)),
    evaluation.Dialogues.Count == 0 ? null : await DialogueResult.AskAsync(classifier, evaluation.Dialogues, options.Threshold, stop.Token),
    classifier.Percentile(50),
    classifier.Percentile(99));
Console.WriteLine(report.ToMarkdown());
if (ClassifierChoice.Unanswered.Count > 0)
    Console.WriteLine($"{ClassifierChoice.Unanswered.Count} questions were not answered and count as none.");
if (options.JsonFile is not null)
    await File.WriteAllTextAsync(options.JsonFile, report.ToJson() + "\n", stop.Token);

// The numbers in the file are those of the embedded classifier at its own threshold.
var expected = Path.Combine(Path.GetFullPath(options.Folder!), "..", "expected.json");
if (options.Endpoint is not null || !options.Threshold.Equals(0.5) || !File.Exists(expected))
    return 0;
var off = ExpectedNumbers.Compare(expected, report, exactly: options.Method == "reference");
foreach (var line in off)
    Console.WriteLine(line);
Console.WriteLine(off.Count == 0 ? "expected.json: passed" : "expected.json: failed");
return off.Count == 0 ? 0 : 1;
