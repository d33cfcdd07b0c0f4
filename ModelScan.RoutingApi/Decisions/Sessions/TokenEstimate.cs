using System.Text;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>A guess at the size of a conversation where no provider has counted it yet.</summary>
public static class TokenEstimate
{
    /// <summary>Tokens of all message texts joined by line feeds, at four UTF-8 bytes a token.</summary>
    public static long Of(IReadOnlyList<ConversationMessage> messages)
    {
        long bytes = Math.Max(0, messages.Count - 1);
        for (var i = 0; i < messages.Count; i++)
            bytes += Encoding.UTF8.GetByteCount(messages[i].Text);
        return bytes / 4;
    }
}
