using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// The thought of a chat message as it goes through a client of another format and back: which member held it, its text where the client does
/// not show it, and the <c>reasoning_details</c> that have to come back whole. Sealed (<see cref="SealedReasoning"/>) into the signature of
/// a Messages client's thinking block, or into the encrypted content of a Responses client's reasoning item.
/// </summary>
/// <remarks>
/// <code>
/// thinking                                                                   a thought from reasoning_content, in the open
/// [{"type": "reasoning.text", …}]                                            its reasoning_details
/// {"member": "reasoning", "text": "thinking", "reasoning_details": […]}      one from another member
/// </code>
/// </remarks>
/// <param name="Member">One of <see cref="ThoughtMembers"/>.</param>
/// <param name="Text">The text; <see langword="null"/> where it is not part of the state.</param>
/// <param name="Details">The JSON array of <c>reasoning_details</c>; empty where there is none.</param>
internal sealed record ChatThought(string Member, string? Text, byte[] Details)
{
    /// <summary>Family of such states, where a catalogue names no other for the model.</summary>
    public const string DefaultFamily = "chat";

    /// <summary>The state of a thought whose text the client has in the open.</summary>
    public static ReadOnlySpan<byte> ToState(string member, ReadOnlySpan<byte> details) =>
        member == ThoughtMembers.ReasoningContent ? details : Write(member, null, details);

    /// <summary>The state of a thought with its text.</summary>
    public static byte[] ToState(string member, string text, ReadOnlySpan<byte> details) =>
        member == ThoughtMembers.ReasoningContent && details.IsEmpty ? Encoding.UTF8.GetBytes(text) : Write(member, text, details);

    /// <summary>Reads a state.</summary>
    public static ChatThought Read(byte[] state)
    {
        try
        {
            if (state.Length == 0)
                return new ChatThought(ThoughtMembers.ReasoningContent, null, []);
            if (state[0] is (byte)'[' or (byte)'{')
            {
                using var document = AnswerField.Open(state);
                var root = new AnswerField(document.RootElement);
                if (root.IsArray && root.Value.GetArrayLength() > 0)
                    return new ChatThought(ThoughtMembers.ReasoningContent, null, state);
                if (root.FindText("member") is { } member)
                    return new ChatThought(member, root.FindText("text"), root.Find("reasoning_details") is { IsArray: true } details ? details.Raw.ToArray() : []);
            }
        }
        catch (JsonException)
        {
            // A thought that begins with a bracket.
        }

        return new ChatThought(ThoughtMembers.ReasoningContent, Encoding.UTF8.GetString(state), []);
    }

    private static byte[] Write(string member, string? text, ReadOnlySpan<byte> details)
    {
        var output = new ArrayBufferWriter<byte>(details.Length + (text?.Length ?? 0) + 64);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("member"u8, member);
        if (text is not null)
            json.WriteString("text"u8, text);
        if (!details.IsEmpty)
        {
            json.WriteRaw("reasoning_details"u8, details);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
