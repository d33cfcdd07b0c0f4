using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace RouterEval;

/// <summary>Every way to read long messages, on the long ones and on those that are only somewhat too long, against the beginning alone.</summary>
internal static class ReadingComparison
{
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var model = EncoderModel.LoadShipped();
        var set = ConfigurationSet.Read(folder);
        var text = new StringBuilder("| reading | pasted | request behind | before | around | long | others that are cut | gained | lost | turns right | p50 ms |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        IReadOnlyList<bool>? before = null;
        foreach (var (name, reading) in Readings.All)
        {
            // The model is one for all, and ends with the process.
            var classifier = new TimedClassifier(new EmbeddedRouteClassifier(model, threads: 1, reading));
            var answers = await ConfigurationEvaluation.AskAsync(classifier, set, cancellationToken);
            var pasted = await ConfigurationEvaluation.AskAsync(classifier, set with { Prompts = set.Pasted, Dialogues = [] }, cancellationToken);
            bool[] right = [.. answers.Prompts.Concat(pasted.Prompts).Select(p => p.Prompt.Right.Contains(p.Answer.Decided))];
            before ??= right;
            var cut = answers.Prompts.Where(p => p.Prompt.Kind != "long" && model.Pieces(p.Prompt.Prompt).Length == model.Room);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {Right(pasted.Prompts)} | {Right(Of(pasted, "behind"))} | {Right(Of(pasted, "before"))} | {Right(Of(pasted, "around"))} | {Right(Of(answers, "long"))} | {Right(cut)} | {right.Zip(before).Count(p => p.First && !p.Second)} | {right.Zip(before).Count(p => !p.First && p.Second)} | {answers.Measured()["right"]:0.0} | {classifier.Percentile(50):0.00} |");
        }

        return text.ToString();
    }

    private static IEnumerable<(LabelledPrompt Prompt, Answer Answer)> Of(ConfigurationEvaluation evaluation, string kind) => evaluation.Prompts.Where(p => p.Prompt.Kind == kind);

    private static string Right(IEnumerable<(LabelledPrompt Prompt, Answer Answer)> prompts)
    {
        var all = prompts.ToArray();
        return $"{all.Count(p => p.Prompt.Right.Contains(p.Answer.Decided))} of {all.Length}";
    }
}
