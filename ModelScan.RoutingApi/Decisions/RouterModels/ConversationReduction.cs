using System.Text;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>What of a conversation the router model gets to see.</summary>
/// <param name="Messages">Messages of user and assistant, oldest first; empty when the conversation has none with text.</param>
/// <param name="Dropped">How many older ones were left out.</param>
/// <param name="Trimmed">Whether the oldest message shown lost its middle.</param>
internal sealed record ReducedConversation(IReadOnlyList<ConversationMessage> Messages, int Dropped, bool Trimmed);

/// <summary>
/// Fits a conversation into a router model's context, by the same rules as Plano 0.4, so that both decide on the same text:
/// <list type="number">
/// <item>Only text of user and assistant counts.</item>
/// <item>At most the newest 16 messages are taken, from the newest back, while they fit.</item>
/// <item>The first that does not fit ends it; if it is the user's and there is room at all, it stays, trimmed to that room.</item>
/// <item>Nothing taken: the last message goes in whole, fit or not.</item>
/// </list>
/// </summary>
internal static class ConversationReduction
{
    /// <summary>Tokens are estimated as UTF-8 bytes divided by this, rounded down for each text.</summary>
    public const int BytesPerToken = 4;

    private const int MaxMessages = 16;

    /// <summary>Reduces <paramref name="messages"/> (oldest first).</summary>
    /// <param name="messages">The whole conversation.</param>
    /// <param name="contextTokens">Estimated tokens for template and conversation together.</param>
    /// <param name="templateTokens">What the prompt's fixed text takes of it; the default is Plano's own template.</param>
    public static ReducedConversation Reduce(IReadOnlyList<ConversationMessage> messages, int contextTokens, int templateTokens = 211)
    {
        var eligible = messages.Where(IsShown).ToArray();
        var kept = new List<ConversationMessage>(MaxMessages);
        var trimmed = false;
        long used = templateTokens;
        for (var i = eligible.Length - 1; i >= 0 && kept.Count < MaxMessages; i--)
        {
            var tokens = Encoding.UTF8.GetByteCount(eligible[i].Text) / BytesPerToken;
            if (used + tokens > contextTokens)
            {
                var room = contextTokens - used;
                if (eligible[i].Role == ConversationRole.User && room > 0)
                {
                    kept.Add(eligible[i] with { Text = MiddleTrim.ToBytes(eligible[i].Text, (int)room * BytesPerToken) });
                    trimmed = true;
                }

                break;
            }

            used += tokens;
            kept.Add(eligible[i]);
        }

        if (kept.Count == 0 && eligible.Length > 0)
            kept.Add(eligible[^1]);
        kept.Reverse();
        return new ReducedConversation(kept, eligible.Length - kept.Count, trimmed);
    }

    private static bool IsShown(ConversationMessage message) =>
        message.Role is ConversationRole.User or ConversationRole.Assistant && message.Text.Length > 0;
}
