using RouterEval;

EvalOptions options;
TimedClassifier classifier;
try
{
    options = EvalOptions.Parse(args);
    classifier = new TimedClassifier(ClassifierChoice.Create(options));
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message + "\n\n" + EvalOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var expected = Path.Combine(EvalOptions.OwnFolder, "expected.json");
var name = options.Endpoint is null ? "embedded" : $"{options.Model} at {options.Endpoint}";
var off = new List<string>();
foreach (var folder in options.Folders)
{
    if (options is { Encoder: { } encoder, Vocabulary: { } vocabulary })
    {
        Console.WriteLine(await EncoderEvaluation.RunAsync(encoder, vocabulary, folder, stop.Token));
        continue;
    }

    if (options.ComparesReadings)
    {
        Console.WriteLine(await ReadingComparison.RunAsync(folder, stop.Token));
        continue;
    }

    if (ConfigurationSet.IsIn(folder))
    {
        var configurations = ConfigurationSet.Read(folder);
        var evaluation = await ConfigurationEvaluation.AskAsync(classifier, configurations, stop.Token);
        Console.WriteLine(evaluation.ToMarkdown());
        var pasted = await ConfigurationEvaluation.AskAsync(classifier, configurations with { Prompts = configurations.Pasted, Dialogues = [] }, stop.Token);
        if (pasted.Prompts.Count > 0)
            Console.WriteLine(pasted.ToTable());
        if (Path.GetFullPath(folder) != EvalOptions.OwnFolder)
            continue;
        off.AddRange(Gate.Check(expected, "validation, as shipped (constants fitted on it)", evaluation.Measured()));
        off.AddRange(Gate.Check(expected, "dialogues validation, as shipped", evaluation.Measured().ToDictionary(m => m.Key, m => (m.Value, evaluation.Dialogues.Count))));
        off.AddRange(Gate.Check(expected, "validation by kind and language, as shipped", evaluation.Parts()));
        off.AddRange(Gate.Check(expected, "pasted, as shipped", pasted.Parts()));
        continue;
    }

    var set = EvaluationSet.Read(folder, options.Examples);
    var asked = await PromptResult.AskAsync(classifier, set.Episodes, stop.Token);
    PromptResult[] sets = [.. asked.Select(PromptResult.Of)];
    var report = new EvaluationReport(
        name,
        sets,
        sets.Length == 0 ? null : PromptResult.Macro(sets),
        set.Dialogues.Count == 0 ? null : await DialogueResult.AskAsync(classifier, set.Dialogues, stop.Token),
        classifier.Percentile(50),
        classifier.Percentile(99));
    Console.WriteLine(report.ToMarkdown());
    if (options.JsonFile is not null)
        await File.WriteAllTextAsync(options.JsonFile, report.ToJson() + "\n", stop.Token);
    if (options.Examples == 0)
        off.AddRange(Gate.Check(expected, "development sets, as shipped", report.Measured()));
}

if (ClassifierChoice.Unanswered.Count > 0)
    Console.WriteLine($"{ClassifierChoice.Unanswered.Count} questions were not answered and count as none.");
if (options.Endpoint is not null)
    return 0;
foreach (var line in off)
    Console.WriteLine(line);
Console.WriteLine(off.Count == 0 ? "expected.json: passed" : "expected.json: failed");
return off.Count == 0 ? 0 : 1;
