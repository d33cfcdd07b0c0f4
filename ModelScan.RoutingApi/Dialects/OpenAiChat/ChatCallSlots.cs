using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>A tool call that arrives in pieces.</summary>
/// <param name="index">The slot that the provider gave it.</param>
internal sealed class ChatCall(int index)
{
    /// <summary>The slot of the older <c>function_call</c>, of which there is one.</summary>
    public const int LegacySlot = -2;

    public int Index { get; } = index;

    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    public bool IsCustom { get; set; }

    /// <summary>JSON of what the provider wants back with the call.</summary>
    public byte[] Extra { get; set; } = [];

    /// <summary>All arguments so far.</summary>
    public EscapedText Arguments { get; } = new();

    /// <summary>The number of its part; -1 before it has begun.</summary>
    public int Part { get; set; } = -1;
}

/// <summary>
/// Finds the call that a piece belongs to: by its id, then by its slot, then by what is complete.
/// </summary>
/// <remarks>
/// Servers differ. OpenAI's way is one slot for each call, with id and name in its first piece only. Ollama sends every call in slot 0
/// with an id of its own; Gemini sends every call in slot 0 without any id, each whole; others number nothing, repeat id or name in every
/// piece, or make up a new id for each. So a piece with another id is another call only if it is a known one's or names a tool, and one
/// without an id that names a tool is another call if it names another tool, or brings arguments although the call has all of its own.
/// </remarks>
internal sealed class ChatCallSlots
{
    private const int MaxCalls = 4096;

    private readonly List<ChatCall> _calls = [];

    /// <summary>The calls in the order of their first pieces.</summary>
    public IReadOnlyList<ChatCall> Calls => _calls;

    /// <summary>The call that <paramref name="delta"/> belongs to, with what it says of its id and name taken in.</summary>
    /// <exception cref="ProviderAnswerException">There are more calls than any answer has.</exception>
    public ChatCall Find(ChatToolDelta delta)
    {
        var id = delta.Id.Length > 2 ? EscapedText.Decode(delta.Id) : "";
        var name = delta.Name.Length > 2 ? EscapedText.Decode(delta.Name) : "";
        var call = ByIndex(delta.Index);
        if (call is not null && id.Length > 0 && call.Id.Length > 0 && call.Id != id)
            call = _calls.FindLast(other => other.Id == id) ?? (name.Length > 0 ? null : call);
        else if (id.Length == 0 && name.Length > 0 && call is { Name.Length: > 0 } && (call.Name != name || (delta.Arguments.Length > 2 && call.Arguments.IsCompleteJson())))
            call = null;
        if (call is null)
        {
            if (_calls.Count == MaxCalls)
                throw new ProviderAnswerException($"the provider sent more than {MaxCalls} tool calls");
            call = new ChatCall(delta.Index);
            _calls.Add(call);
        }

        if (call.Id.Length == 0 && call.Part < 0)
            call.Id = id;
        if (call.Name.Length == 0)
            call.Name = name;
        call.IsCustom |= delta.IsCustom;
        if (call.Extra.Length == 0 && delta.Extra.Length > 0 && delta.Extra[0] == '{')
            call.Extra = CompactJson.Of(delta.Extra);
        return call;
    }

    private ChatCall? ByIndex(int index)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            if (index == -1 || _calls[i].Index == index)
                return _calls[i];
        }

        return null;
    }
}
