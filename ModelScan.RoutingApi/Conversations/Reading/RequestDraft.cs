namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>Collects the facts of a request while its body is being read.</summary>
/// <param name="body">The body, without a byte order mark.</param>
internal sealed class RequestDraft(ReadOnlyMemory<byte> body)
{
    private readonly List<ConversationMessage> _messages = [];
    private List<string>? _toolNames;
    private string? _systemText;
    private bool _sawOtherItem;

    /// <summary>The body that is being read.</summary>
    public ReadOnlyMemory<byte> Body => body;

    public string? Model { get; set; }

    public bool Stream { get; set; }

    public ReadOnlyMemory<byte> InlineRoutes { get; set; }

    public ReadOnlyMemory<byte> InlinePolicy { get; set; }

    /// <summary>Whether the field that holds the conversation was there at all.</summary>
    public bool SawConversation { get; set; }

    /// <summary>Starts the conversation afresh: of a repeated field the last one counts.</summary>
    public void BeginConversation()
    {
        SawConversation = true;
        _messages.Clear();
    }

    public void AddMessage(ConversationRole role, ReadText text, bool hasOtherContent = false) => _messages.Add(
        text.Later is { } later ? new ConversationMessage(role, later, hasOtherContent) : new ConversationMessage(role, text.Value, hasOtherContent));

    /// <summary>Sets the system text that stands outside the conversation (<c>system</c>, <c>instructions</c>).</summary>
    public void SetSystemText(string? text) => _systemText = text;

    /// <summary>Notes an item that says nothing to routing, such as a reference to an earlier item.</summary>
    public void AddOtherItem() => _sawOtherItem = true;

    public void AddTool(string name) => (_toolNames ??= []).Add(name);

    public void ClearTools() => _toolNames = null;

    public void RequireConversation(ApiFormat format)
    {
        var field = format == ApiFormat.Responses ? "input" : "messages";
        if (!SawConversation)
            throw new InvalidRequestException(field, "is required");
        if (_messages.Count == 0 && !_sawOtherItem)
            throw new InvalidRequestException(field, "must not be empty");
    }

    public RequestFacts ToFacts()
    {
        if (_systemText is not null)
            _messages.Insert(0, new ConversationMessage(ConversationRole.System, _systemText));
        return new RequestFacts(string.IsNullOrEmpty(Model) ? null : Model, _messages, (IReadOnlyList<string>?)_toolNames ?? []);
    }
}
