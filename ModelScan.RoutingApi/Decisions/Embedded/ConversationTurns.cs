namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The part of a conversation that counts: the newest user messages, and the answer that the newest replies to.</summary>
/// <param name="User">User messages with text, oldest first.</param>
/// <param name="Answer">The newest message of the assistant before the newest of the user; none at the first one.</param>
/// <param name="LeftOut">Older user messages that do not count.</param>
internal readonly record struct ConversationTurns(IReadOnlyList<string> User, string? Answer, int LeftOut)
{
    /// <summary>Picks them. System prompts and results of tools say nothing about what the user wants.</summary>
    public static ConversationTurns Of(IReadOnlyList<ConversationMessage> messages, int maxUserTurns)
    {
        var user = new List<string>(maxUserTurns);
        string? answer = null;
        var total = 0;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (message.Role is not (ConversationRole.User or ConversationRole.Assistant) || string.IsNullOrWhiteSpace(message.Text))
                continue;
            if (message.Role == ConversationRole.User)
            {
                total++;
                if (user.Count < maxUserTurns)
                    user.Add(message.Text);
            }
            else if (total > 0)
            {
                answer ??= message.Text;
            }
        }

        user.Reverse();
        return new ConversationTurns(user, total > 1 ? answer : null, total - user.Count);
    }
}
