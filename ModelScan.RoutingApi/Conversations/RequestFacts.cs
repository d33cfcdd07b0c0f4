namespace ModelScan.RoutingApi.Conversations;

/// <summary>
/// What deciding needs to know of a request, the same for every API format. Messages are normalised: tool results are
/// messages of their own with role <see cref="ConversationRole.Tool"/>, placed before the rest of the message they came in.
/// </summary>
/// <param name="Model">The model the client named; <see langword="null"/> when it named none.</param>
/// <param name="Messages">The conversation, oldest first, system messages included.</param>
/// <param name="ToolNames">Names of the declared tools in order.</param>
public sealed record RequestFacts(string? Model, IReadOnlyList<ConversationMessage> Messages, IReadOnlyList<string> ToolNames)
{
    private readonly Lazy<RequestFacts>? _unread;
    private readonly IReadOnlyList<ConversationMessage> _messages = Messages;
    private readonly IReadOnlyList<string> _toolNames = ToolNames;

    /// <summary>The facts of a request whose conversation is read when somebody wants to know it, which may be never.</summary>
    /// <param name="model">The model.</param>
    /// <param name="read">Reads the request; called at most once, by whoever asks first. What it throws goes to all who ask.</param>
    public RequestFacts(string? model, Func<RequestFacts> read)
        : this(model, [], []) => _unread = new Lazy<RequestFacts>(read, LazyThreadSafetyMode.None);

    /// <summary>The conversation.</summary>
    public IReadOnlyList<ConversationMessage> Messages
    {
        get => _unread is null ? _messages : _unread.Value._messages;
        init => _messages = value;
    }

    /// <summary>Names of the tools.</summary>
    public IReadOnlyList<string> ToolNames
    {
        get => _unread is null ? _toolNames : _unread.Value._toolNames;
        init => _toolNames = value;
    }
}
