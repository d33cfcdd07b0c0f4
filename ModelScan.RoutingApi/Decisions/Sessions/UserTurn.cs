using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>Tells a turn of the user from a step of an agent's loop.</summary>
public static class UserTurn
{
    // What coding agents put into user messages by themselves.
    private static readonly (string Open, string Close)[] InsertedTags =
    [
        ("<system-reminder>", "</system-reminder>"),
        ("<user-prompt-submit-hook>", "</user-prompt-submit-hook>"),
    ];

    /// <summary>
    /// Whether the conversation ends with something the user said: a user message with an image or file, or with text other
    /// than blanks once <c>&lt;system-reminder&gt;…&lt;/system-reminder&gt;</c> and
    /// <c>&lt;user-prompt-submit-hook&gt;…&lt;/user-prompt-submit-hook&gt;</c> are taken out (one that is never closed reaches to the end).
    /// System messages at the end are passed over: some agents close every request with one, whoever spoke before it.
    /// </summary>
    public static bool IsUserTurn(IReadOnlyList<ConversationMessage> messages)
    {
        var last = messages.Count - 1;
        while (last >= 0 && messages[last].Role == ConversationRole.System)
            last--;
        return last >= 0
            && messages[last].Role == ConversationRole.User
            && (messages[last].HasOtherContent || HasOwnText(messages[last].Text));
    }

    // One pass: the search for a closing tag either ends it or moves it past all that was searched.
    private static bool HasOwnText(ReadOnlySpan<char> text)
    {
        while (true)
        {
            text = text.TrimStart();
            if (text.IsEmpty)
                return false;
            if (TagAtStart(text) is not var (open, close))
                return true;

            text = text[open.Length..];
            var end = text.IndexOf(close, StringComparison.Ordinal);
            if (end < 0)
                return false;
            text = text[(end + close.Length)..];
        }
    }

    private static (string Open, string Close)? TagAtStart(ReadOnlySpan<char> text)
    {
        foreach (var tag in InsertedTags)
        {
            if (text.StartsWith(tag.Open, StringComparison.Ordinal))
                return tag;
        }

        return null;
    }
}
