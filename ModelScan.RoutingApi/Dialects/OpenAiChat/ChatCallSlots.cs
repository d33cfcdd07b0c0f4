using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>A tool call that arrives in pieces.</summary>
/// <param name="index">The slot that the provider gave it.</param>
internal sealed class ChatCall(int index)
{
    private JsonObjectPrefix? _shape;
    private int _followed;

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

    /// <summary>Whether the arguments so far are one JSON object. Looks at each piece once, however often it is asked.</summary>
    public bool HasWholeArguments()
    {
        var more = Arguments.Token[(_followed + 1)..];
        if (more.Length > 1)
        {
            _followed += more.Length - 1;
            _shape ??= new JsonObjectPrefix();
            _shape.Accept(System.Text.Encoding.UTF8.GetBytes(EscapedText.Decode([(byte)'"', .. more])));
        }

        return _shape is { IsComplete: true };
    }
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
    private Dictionary<int, ChatCall>? _bySlot;
    private Dictionary<string, ChatCall>? _byId;

    /// <summary>The calls in the order of their first pieces.</summary>
    public IReadOnlyList<ChatCall> Calls => _calls;

    /// <summary>The call that <paramref name="delta"/> belongs to, with what it says of its id and name taken in.</summary>
    /// <exception cref="ProviderAnswerException">There are more calls than any answer has.</exception>
    public ChatCall Find(ChatToolDelta delta)
    {
        var id = delta.Id.Length > 2 ? EscapedText.Decode(delta.Id) : "";
        var name = delta.Name.Length > 2 ? EscapedText.Decode(delta.Name) : "";
        var call = BySlot(delta.Index);
        if (call is not null && id.Length > 0 && call.Id.Length > 0 && call.Id != id)
            call = _byId?.GetValueOrDefault(id) ?? (name.Length > 0 ? null : call);
        else if (id.Length == 0 && name.Length > 0 && call is { Name.Length: > 0 } && (call.Name != name || (delta.Arguments.Length > 2 && call.HasWholeArguments())))
            call = null;
        call ??= Add(delta.Index);
        if (call.Id.Length == 0 && call.Part < 0 && id.Length > 0)
        {
            call.Id = id;
            (_byId ??= new Dictionary<string, ChatCall>(StringComparer.Ordinal))[id] = call;
        }

        if (call.Name.Length == 0)
            call.Name = name;
        call.IsCustom |= delta.IsCustom;
        if (call.Extra.Length == 0 && delta.Extra.Length > 0 && delta.Extra[0] == '{')
            call.Extra = CompactJson.Of(delta.Extra);
        return call;
    }

    // The latest of a slot; the latest of all where the provider numbers nothing.
    private ChatCall? BySlot(int slot) => _calls.Count == 0 ? null
        : slot == -1 || _calls[^1].Index == slot ? _calls[^1]
        : _bySlot?.GetValueOrDefault(slot);

    private ChatCall Add(int slot)
    {
        if (_calls.Count == MaxCalls)
            throw new ProviderAnswerException($"the provider sent more than {MaxCalls} tool calls");
        if (_calls.Count > 0)
            (_bySlot ??= [])[_calls[^1].Index] = _calls[^1];
        var call = new ChatCall(slot);
        _calls.Add(call);
        return call;
    }
}
