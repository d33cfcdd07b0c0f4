using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;

namespace RouterEval;

/// <summary>Dialogues: the measures over all, in percent.</summary>
/// <param name="Dialogues">Number of dialogues.</param>
/// <param name="Turns">Number of user turns.</param>
/// <param name="TurnAccuracy">User turns whose best route is right, none not allowed.</param>
/// <param name="SwitchAccuracy">The same over first turns and turns whose right route differs from the turn before.</param>
/// <param name="WholeDialogue">Dialogues with every turn right.</param>
/// <param name="Auroc">Probability with the right routes in the list against without them.</param>
/// <param name="TurnAccuracyWithNone">Right, and taken.</param>
/// <param name="NoneRecallRoutesRemoved">None, when all right routes of the dialogue are taken out of the list.</param>
/// <param name="NoneRecallTopicLeft">None, when the route that comes up last is taken out and the talk has moved there.</param>
internal sealed record DialogueResult(
    int Dialogues,
    int Turns,
    double TurnAccuracy,
    double SwitchAccuracy,
    double WholeDialogue,
    double Auroc,
    double TurnAccuracyWithNone,
    double NoneRecallRoutesRemoved,
    double NoneRecallTopicLeft)
{
    public static async Task<DialogueResult> AskAsync(
        TimedClassifier classifier, IReadOnlyList<Dialogue> dialogues, CancellationToken cancellationToken)
    {
        var turns = new List<(bool Right, bool IsSwitch, bool Taken, double AnyRoute)>();
        var whole = new List<bool>();
        List<Answer> removed = [], left = [];
        foreach (var dialogue in dialogues)
        {
            var answers = await AnswersAsync(classifier, dialogue, dialogue.Routes, cancellationToken);
            whole.Add(dialogue.Turns.Zip(answers).All(t => t.First.Right == t.Second.Best));
            for (var i = 0; i < answers.Count; i++)
            {
                var right = dialogue.Turns[i].Right;
                turns.Add((answers[i].Best == right, i == 0 || dialogue.Turns[i - 1].Right != right, answers[i].Decided == right, answers[i].AnyRoute));
            }

            var used = dialogue.Turns.Select(t => t.Right).Distinct().ToArray();
            removed.AddRange(await AnswersAsync(classifier, dialogue, Without(dialogue.Routes, used), cancellationToken));
            if (used.Length < 2)
                continue;
            var last = used[^1];
            var withoutLast = await AnswersAsync(classifier, dialogue, Without(dialogue.Routes, [last]), cancellationToken);
            left.AddRange(withoutLast.Where((_, i) => dialogue.Turns[i].Right == last));
        }

        return new DialogueResult(
            dialogues.Count,
            turns.Count,
            Measures.Share(turns.Select(t => t.Right)),
            Measures.Share(turns.Where(t => t.IsSwitch).Select(t => t.Right)),
            Measures.Share(whole),
            Measures.Auroc([.. turns.Select(t => t.AnyRoute)], [.. removed.Select(t => t.AnyRoute)]),
            Measures.Share(turns.Select(t => t.Taken)),
            Measures.Share(removed.Select(t => t.Decided < 0)),
            Measures.Share(left.Select(t => t.Decided < 0)));
    }

    /// <summary>The answer at every user turn, only the past being known.</summary>
    private static async Task<IReadOnlyList<Answer>> AnswersAsync(
        TimedClassifier classifier, Dialogue dialogue, RouteSet routes, CancellationToken cancellationToken)
    {
        var answers = new List<Answer>();
        var messages = new List<ConversationMessage>();
        foreach (var turn in dialogue.Turns)
        {
            if (turn.Assistant is not null)
                messages.Add(new ConversationMessage(ConversationRole.Assistant, turn.Assistant));
            messages.Add(new ConversationMessage(ConversationRole.User, turn.User));
            answers.Add(await classifier.AskAsync(routes, messages, cancellationToken));
        }

        return answers;
    }

    private static RouteSet Without(RouteSet routes, IReadOnlyCollection<int> removed) =>
        new([.. routes.Routes.Where((_, i) => !removed.Contains(i))]);
}
