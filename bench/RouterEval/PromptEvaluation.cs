using ModelScan.RoutingApi.Conversations;

namespace RouterEval;

/// <summary>Single prompts: the measures of one set, all in percent.</summary>
internal sealed record PromptResult(
    string Set,
    int Queries,
    int InScope,
    double Forced,
    double Auroc,
    double Accuracy,
    double InScopeAccuracy,
    double OosRecall,
    double MacroF1,
    double CalibrationError)
{
    /// <summary>Asks about every query of every episode, once.</summary>
    public static async Task<ILookup<string, PromptEpisode>> AskAsync(
        TimedClassifier classifier, IReadOnlyList<Episode> episodes, CancellationToken cancellationToken)
    {
        var asked = new List<PromptEpisode>();
        foreach (var episode in episodes)
        {
            var answers = new List<(int Right, Answer Answer)>();
            foreach (var query in episode.Queries)
                answers.Add((query.Right, await classifier.AskAsync(episode.Routes, [new ConversationMessage(ConversationRole.User, query.Text)], cancellationToken)));
            asked.Add(new PromptEpisode(episode.Set, answers));
        }

        return asked.ToLookup(e => e.Set);
    }

    /// <summary>The measures of a set.</summary>
    public static PromptResult Of(IGrouping<string, PromptEpisode> set)
    {
        var all = set.SelectMany(e => e.Answers).ToArray();
        var inScope = all.Where(a => a.Right >= 0).ToArray();
        var outOfScope = all.Where(a => a.Right < 0).ToArray();
        return new PromptResult(
            set.Key,
            all.Length,
            inScope.Length,
            Measures.Share(inScope.Select(a => a.Answer.Best == a.Right)),
            Measures.Auroc([.. inScope.Select(a => a.Answer.AnyRoute)], [.. outOfScope.Select(a => a.Answer.AnyRoute)]),
            Measures.Share(all.Select(a => a.Answer.Decided == a.Right)),
            Measures.Share(inScope.Select(a => a.Answer.Decided == a.Right)),
            Measures.Share(outOfScope.Select(a => a.Answer.Decided < 0)),
            set.SelectMany(e => Measures.F1([.. e.Answers.Select(a => (a.Right, a.Answer.Decided))])).Average(),
            Measures.CalibrationError(all.Select(a => (a.Answer.Probability, a.Answer.Best == a.Right))));
    }

    /// <summary>The plain mean over sets.</summary>
    public static PromptResult Macro(IReadOnlyCollection<PromptResult> sets) => new(
        "macro",
        sets.Sum(s => s.Queries),
        sets.Sum(s => s.InScope),
        sets.Average(s => s.Forced),
        sets.Average(s => s.Auroc),
        sets.Average(s => s.Accuracy),
        sets.Average(s => s.InScopeAccuracy),
        sets.Average(s => s.OosRecall),
        sets.Average(s => s.MacroF1),
        sets.Average(s => s.CalibrationError));
}

/// <summary>The answers to one episode.</summary>
internal sealed record PromptEpisode(string Set, IReadOnlyList<(int Right, Answer Answer)> Answers);
