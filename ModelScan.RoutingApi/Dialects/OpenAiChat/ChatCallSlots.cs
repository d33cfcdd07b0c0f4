namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A tool call that arrives in pieces.</summary>
/// <param name="index">The slot that the provider gave it.</param>
internal sealed class StreamedToolCall(int index)
{
    public int Index { get; } = index;

    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>JSON of what the provider wants back with the call.</summary>
    public byte[] Extra { get; set; } = [];

    /// <summary>Arguments that the client has not got yet.</summary>
    public EscapedText Pending { get; } = new();

    /// <summary>Whether its block is, or has been, open.</summary>
    public bool IsOpened { get; set; }

    /// <summary>Whether it waits for its turn.</summary>
    public bool IsWaiting { get; set; }
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
/// <param name="isWhole">Whether a call's arguments are complete.</param>
internal sealed class ToolCallSlots(Func<StreamedToolCall, bool> isWhole)
{
    private const int MaxCalls = 4096;

    private readonly List<StreamedToolCall> _calls = [];

    public bool Any => _calls.Count > 0;

    /// <summary>The call that <paramref name="delta"/> belongs to, with what it says of its id and name taken in.</summary>
    /// <exception cref="ProviderAnswerException">There are more calls than any answer has.</exception>
    public StreamedToolCall Find(ChatToolDelta delta)
    {
        var id = delta.Id.Length > 2 ? EscapedText.Decode(delta.Id) : "";
        var name = delta.Name.Length > 2 ? EscapedText.Decode(delta.Name) : "";
        var call = ByIndex(delta.Index);
        if (call is not null && id.Length > 0 && call.Id.Length > 0 && call.Id != id)
            call = _calls.FindLast(other => other.Id == id) ?? (name.Length > 0 ? null : call);
        else if (id.Length == 0 && name.Length > 0 && call is { Name.Length: > 0 } && (call.Name != name || (delta.Arguments.Length > 2 && isWhole(call))))
            call = null;
        if (call is null)
        {
            if (_calls.Count == MaxCalls)
                throw new ProviderAnswerException($"the provider sent more than {MaxCalls} tool calls");
            call = new StreamedToolCall(delta.Index);
            _calls.Add(call);
        }

        if (call.Id.Length == 0)
            call.Id = id;
        if (call.Name.Length == 0)
            call.Name = name;
        if (call.Extra.Length == 0 && delta.Extra.Length > 0 && delta.Extra[0] == '{')
            call.Extra = CompactJson.Of(delta.Extra);
        return call;
    }

    private StreamedToolCall? ByIndex(int index)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            if (index < 0 || _calls[i].Index == index)
                return _calls[i];
        }

        return null;
    }
}
