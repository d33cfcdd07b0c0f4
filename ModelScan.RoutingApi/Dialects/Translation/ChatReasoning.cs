using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// The thoughts of chat models, which some have to get back beside their tool calls, inside the reasoning items of a Responses client: in
/// the open as text or summary, and sealed (<see cref="ChatThought"/>) as <c>encrypted_content</c> for clients that send back only that.
/// </summary>
internal static class ChatReasoning
{
    /// <summary>The thought in a reasoning item; <see langword="null"/> where it holds none that this chat model could read.</summary>
    /// <param name="item">The item.</param>
    /// <param name="family">The model's family.</param>
    public static ChatThought? Read(RequestField item, string? family)
    {
        if (item.FindText("encrypted_content") is { } encrypted)
        {
            return SealedReasoning.TryOpen(encrypted, ChatThought.DefaultFamily, out var state) || (family is not null && SealedReasoning.TryOpen(encrypted, family, out state))
                ? ChatThought.Read(state)
                : null;
        }

        var thought = Join(item.Find("content"));
        if (thought.Length == 0)
            thought = Join(item.Find("summary"));
        return thought.Length > 0 ? new ChatThought(ThoughtMembers.ReasoningContent, thought, []) : null;
    }

    private static string Join(RequestField? parts)
    {
        if (parts is not { } list)
            return "";
        var text = new StringBuilder();
        foreach (var part in list.Items())
        {
            if (part.FindText("text") is { Length: > 0 } piece)
                text.Append(text.Length > 0 ? "\n\n" : "").Append(piece);
        }

        return text.ToString();
    }
}
