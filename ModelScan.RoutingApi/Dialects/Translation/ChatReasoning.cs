using System.Text;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// The <c>reasoning_content</c> of chat models, which some have to get back beside their tool calls, inside the reasoning items of
/// a Responses client: in the open as text or summary, and sealed as <c>encrypted_content</c> for clients that send back only that.
/// </summary>
internal static class ChatReasoning
{
    /// <summary>Family in <see cref="SealedReasoning"/>.</summary>
    public const string Family = "chat";

    /// <summary>The sealed form of a thought, as a JSON string with quotes.</summary>
    public static byte[] Seal(string thought) => EscapedText.TokenOf(SealedReasoning.Seal(Family, Encoding.UTF8.GetBytes(thought)));

    /// <summary>The thought in a reasoning item; empty where it holds none that a chat model could read.</summary>
    public static string Read(RequestField item)
    {
        if (item.FindText("encrypted_content") is { } encrypted)
            return SealedReasoning.TryOpen(encrypted, Family, out var state) ? Encoding.UTF8.GetString(state) : "";
        var thought = Join(item.Find("content"));
        return thought.Length > 0 ? thought : Join(item.Find("summary"));
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
