using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.Conversations;

namespace RouterEval;

/// <summary>The answers to a configuration set, and what they come to in percent.</summary>
internal sealed record ConfigurationEvaluation(
    IReadOnlyList<(LabelledPrompt Prompt, Answer Answer)> Prompts, IReadOnlyList<(LabelledDialogue Dialogue, IReadOnlyList<Answer> Answers)> Dialogues)
{
    /// <summary>Asks about every prompt and every turn, only the past being known.</summary>
    public static async Task<ConfigurationEvaluation> AskAsync(TimedClassifier classifier, ConfigurationSet set, CancellationToken cancellationToken)
    {
        var prompts = new List<(LabelledPrompt, Answer)>();
        foreach (var prompt in set.Prompts)
            prompts.Add((prompt, await classifier.AskAsync(set.Routes[prompt.Configuration], [new ConversationMessage(ConversationRole.User, prompt.Prompt)], cancellationToken)));
        var dialogues = new List<(LabelledDialogue, IReadOnlyList<Answer>)>();
        foreach (var dialogue in set.Dialogues)
        {
            var (messages, answers) = (new List<ConversationMessage>(), new List<Answer>());
            foreach (var (user, assistant) in dialogue.Turns)
            {
                messages.Add(new ConversationMessage(ConversationRole.User, user));
                answers.Add(await classifier.AskAsync(set.Routes[dialogue.Configuration], [.. messages], cancellationToken));
                if (assistant.Length > 0)
                    messages.Add(new ConversationMessage(ConversationRole.Assistant, assistant));
            }

            dialogues.Add((dialogue, answers));
        }

        return new ConfigurationEvaluation(prompts, dialogues);
    }

    /// <summary>The measures by name, as <c>expected.json</c> has them.</summary>
    public IReadOnlyDictionary<string, double> Measured()
    {
        var withRoute = Prompts.Where(p => p.Prompt.HasRoute).ToArray();
        var without = Prompts.Where(p => !p.Prompt.HasRoute).ToArray();
        var turns = Turns().ToArray();
        return new Dictionary<string, double>
        {
            ["acc"] = Right(Prompts),
            ["acc_en"] = Right(Prompts.Where(p => p.Prompt.IsEnglish)),
            ["acc_other"] = Right(Prompts.Where(p => !p.Prompt.IsEnglish)),
            ["forced_en"] = Forced(withRoute.Where(p => p.Prompt.IsEnglish)),
            ["forced_other"] = Forced(withRoute.Where(p => !p.Prompt.IsEnglish)),
            ["inscope"] = Right(withRoute),
            ["none_recall"] = Right(without),
            ["auroc_none"] = Measures.Auroc([.. withRoute.Select(p => p.Answer.AnyRoute)], [.. without.Select(p => p.Answer.AnyRoute)]),
            ["auroc_best"] = Measures.Auroc(
                [.. Prompts.Where(p => p.Prompt.Right.Contains(p.Answer.Best)).Select(p => p.Answer.Probability)],
                [.. Prompts.Where(p => !p.Prompt.Right.Contains(p.Answer.Best)).Select(p => p.Answer.Probability)]),
            ["ece"] = Measures.CalibrationError(Prompts.Select(p => (p.Answer.Probability, p.Prompt.Right.Contains(p.Answer.Best)))),
            ["turns"] = turns.Length,
            ["right"] = Measures.Share(turns.Select(t => t.IsRight)),
            ["first"] = Measures.Share(turns.Where(t => t.Index == 0).Select(t => t.IsRight)),
            ["change"] = Measures.Share(turns.Where(t => t.Index > 0 && t.Changes).Select(t => t.IsRight)),
            ["stay"] = Measures.Share(turns.Where(t => t.Index > 0 && !t.Changes).Select(t => t.IsRight)),
            ["changeToNone"] = Measures.Share(turns.Where(t => t.Index > 0 && t.Changes && t.Right is [-1]).Select(t => t.IsRight)),
            ["whole"] = Measures.Share(Dialogues.Select(d => d.Answers.Zip(d.Dialogue.Right).All(t => t.Second.Contains(t.First.Decided)))),
            ["turnsEnglish"] = Measures.Share(turns.Where(t => t.IsEnglish).Select(t => t.IsRight)),
            ["turnsOther"] = Measures.Share(turns.Where(t => !t.IsEnglish).Select(t => t.IsRight)),
        };
    }

    /// <summary>Share right of all, of every kind and of every language.</summary>
    public IReadOnlyDictionary<string, (double Share, int Count)> Parts()
    {
        var parts = new Dictionary<string, (double, int)> { ["all"] = (Right(Prompts), Prompts.Count) };
        foreach (var kind in Prompts.GroupBy(p => p.Prompt.Kind))
            parts[kind.Key] = (Right(kind), kind.Count());
        foreach (var language in Prompts.GroupBy(p => p.Prompt.Language))
            parts[language.Key] = (Right(language), language.Count());
        return parts;
    }

    /// <summary>As a Markdown table, by kind and by language.</summary>
    public string ToTable()
    {
        var text = new StringBuilder("| prompts | number | right | of those with a route | best route | none where none is right |\n|---|---:|---:|---:|---:|---:|\n");
        Row(text, "**all**", Prompts);
        foreach (var kind in Prompts.GroupBy(p => p.Prompt.Kind).OrderByDescending(kind => kind.Count()))
            Row(text, kind.Key, kind);
        foreach (var language in Prompts.GroupBy(p => p.Prompt.Language).OrderByDescending(language => language.Count()))
            Row(text, $"`{language.Key}`", language);
        return text.ToString();
    }

    /// <summary>The same, and every other measure.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder(ToTable());
        text.Append("\n| asks a router model below | share asked | right, if that is always right |\n|---:|---:|---:|\n");
        foreach (var bound in (double[])[0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {bound:0.0} | {Measures.Share(Prompts.Select(p => p.Answer.Confidence < bound)):0.0} | {Measures.Share(Prompts.Select(p => p.Answer.Confidence < bound || p.Prompt.Right.Contains(p.Answer.Decided))):0.0} |");
        }

        text.Append("\n| measure | percent |\n|---|---:|\n");
        foreach (var (name, value) in Measured())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value:0.00} |");
        return text.ToString();
    }

    private IEnumerable<(int Index, bool IsRight, bool Changes, bool IsEnglish, IReadOnlyList<int> Right)> Turns()
    {
        foreach (var (dialogue, answers) in Dialogues)
        {
            for (var i = 0; i < answers.Count; i++)
            {
                var right = dialogue.Right[i];
                yield return (i, right.Contains(answers[i].Decided), i > 0 && !right.Intersect(dialogue.Right[i - 1]).Any(), dialogue.Language == "en", right);
            }
        }
    }

    private static double Right(IEnumerable<(LabelledPrompt Prompt, Answer Answer)> prompts) => Measures.Share(prompts.Select(p => p.Prompt.Right.Contains(p.Answer.Decided)));

    private static double Forced(IEnumerable<(LabelledPrompt Prompt, Answer Answer)> prompts) => Measures.Share(prompts.Select(p => p.Prompt.Right.Contains(p.Answer.Best)));

    private static void Row(StringBuilder text, string name, IEnumerable<(LabelledPrompt Prompt, Answer Answer)> prompts)
    {
        var all = prompts.ToArray();
        var withRoute = all.Where(p => p.Prompt.HasRoute).ToArray();
        var without = all.Where(p => !p.Prompt.HasRoute).ToArray();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | {all.Length} | {Percent(Right(all))} | {Percent(Right(withRoute))} | {Percent(Forced(withRoute))} | {Percent(Right(without))} |");
    }

    private static string Percent(double value) => double.IsNaN(value) ? "" : value.ToString("0.0", CultureInfo.InvariantCulture);
}
