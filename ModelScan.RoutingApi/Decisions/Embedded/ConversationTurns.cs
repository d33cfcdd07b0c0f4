namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>A user's message, and what the assistant said between it and the user's message before.</summary>
internal readonly record struct ConversationTurn(string? Answer, string User);

/// <summary>The part of a conversation that counts: the newest turns.</summary>
/// <param name="Turns">Turns with text, oldest first.</param>
/// <param name="NewestAnswer">The newest message of the assistant before the newest of the user; none at the first one.</param>
/// <param name="LeftOut">Older user messages that do not count.</param>
internal readonly record struct ConversationTurns(IReadOnlyList<ConversationTurn> Turns, string? NewestAnswer, int LeftOut)
{
    /// <summary>Picks them. System prompts and results of tools say nothing about what the user wants.</summary>
    public static ConversationTurns Of(IReadOnlyList<ConversationMessage> messages, int maxTurns)
    {
        var turns = new List<ConversationTurn>(maxTurns);
        string? newestAnswer = null;
        var users = 0;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (message.Role is not (ConversationRole.User or ConversationRole.Assistant) || string.IsNullOrWhiteSpace(message.Text))
                continue;
            if (message.Role == ConversationRole.User)
            {
                users++;
                if (turns.Count < maxTurns)
                    turns.Add(new ConversationTurn(null, message.Text));
            }
            else if (users > 0)
            {
                newestAnswer ??= message.Text;
                if (users == turns.Count && turns[^1].Answer is null)
                    turns[^1] = turns[^1] with { Answer = message.Text };
            }
        }

        turns.Reverse();
        return new ConversationTurns(turns, users > 1 ? newestAnswer : null, users - turns.Count);
    }
}
