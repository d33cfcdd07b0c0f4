using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A person's message.</summary>
/// <param name="Text">Their words.</param>
/// <param name="AnswersQuestion">Whether the assistant's message directly before ends with a question mark.</param>
internal readonly record struct ConversationTurn(string Text, bool AnswersQuestion);

/// <summary>The part of a conversation that counts: the person's newest messages.</summary>
/// <param name="Turns">Oldest first.</param>
/// <param name="LeftOut">Older ones that do not count.</param>
internal readonly record struct ConversationTurns(IReadOnlyList<ConversationTurn> Turns, int LeftOut)
{
    /// <summary>Picks them. Assistants, system prompts, results of tools and what agents insert do not say what the person wants.</summary>
    public static ConversationTurns Of(IReadOnlyList<ConversationMessage> messages, int maxTurns)
    {
        var turns = new List<ConversationTurn>(Math.Min(maxTurns, messages.Count));
        var (leftOut, awaitsQuestion) = (0, false);
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (awaitsQuestion && message is { Role: ConversationRole.Assistant, HasText: true } && !string.IsNullOrWhiteSpace(message.Text))
            {
                turns[^1] = turns[^1] with { AnswersQuestion = EndsWithQuestion(message.Text) };
                awaitsQuestion = false;
            }

            if (message.Role != ConversationRole.User || !message.HasText)
                continue;
            if (turns.Count == maxTurns)
            {
                leftOut++;
                continue;
            }

            var words = PersonsWords.Of(message.Text);
            if (string.IsNullOrWhiteSpace(words))
                continue;
            turns.Add(new ConversationTurn(words, false));
            awaitsQuestion = true;
        }

        turns.Reverse();
        return new ConversationTurns(turns, leftOut);
    }

    private static bool EndsWithQuestion(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && (char.IsWhiteSpace(text[^1]) || text[^1] is '"' or '\'' or ')' or '」' or '』'))
            text = text[..^1];
        return !text.IsEmpty && text[^1] is '?' or '？';
    }
}
