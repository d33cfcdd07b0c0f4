using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RouterEval;

/// <summary>All numbers of a run.</summary>
internal sealed record EvaluationReport(
    string Classifier,
    IReadOnlyList<PromptResult> Sets,
    PromptResult? Macro,
    DialogueResult? Dialogues,
    double MedianMilliseconds,
    double Percentile99Milliseconds)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The means by name, as <c>expected.json</c> has them.</summary>
    public IReadOnlyDictionary<string, double> Measured() => Macro is null ? new Dictionary<string, double>() : new()
    {
        ["accuracy"] = Macro.Accuracy,
        ["inscope"] = Macro.InScopeAccuracy,
        ["none"] = Macro.OosRecall,
        ["auroc"] = Macro.Auroc,
        ["forced"] = Macro.Forced,
    };

    /// <summary>As Markdown tables.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Classifier {Classifier}; percent.\n");
        text.AppendLine("| set | queries | forced top-1 | AUROC | accuracy | in scope | out of scope | macro F1 | calibration error |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var set in Sets)
            Row(text, set.Set, set);
        if (Macro is not null)
            Row(text, "**macro**", Macro);
        if (Dialogues is { } d)
        {
            text.AppendLine();
            text.AppendLine("| dialogues | turns | turn | switching turn | whole dialogue | AUROC | turn with none | none: routes removed | none: topic left |");
            text.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {d.Dialogues} | {d.Turns} | {d.TurnAccuracy:0.0} | {d.SwitchAccuracy:0.0} | {d.WholeDialogue:0.0} | {d.Auroc:0.0} | {d.TurnAccuracyWithNone:0.0} | {d.NoneRecallRoutesRemoved:0.0} | {d.NoneRecallTopicLeft:0.0} |");
        }

        text.AppendLine(
            CultureInfo.InvariantCulture, $"\nTime per decision on a new prompt: p50 {MedianMilliseconds:0.00} ms, p99 {Percentile99Milliseconds:0.00} ms.");
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, PromptResult r) => text.AppendLine(
        CultureInfo.InvariantCulture,
        $"| {name} | {r.Queries} | {r.Forced:0.0} | {r.Auroc:0.0} | {r.Accuracy:0.0} | {r.InScopeAccuracy:0.0} | {r.OosRecall:0.0} | {r.MacroF1:0.0} | {r.CalibrationError:0.0} |");
}
