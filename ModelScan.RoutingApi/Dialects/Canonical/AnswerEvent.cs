namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Kinds of events that an answer consists of.</summary>
internal enum AnswerEventKind
{
    /// <summary>The answer begins: <see cref="AnswerEvent.Id"/> and <see cref="AnswerEvent.Created"/>, where the provider tells them. Comes once, before all others.</summary>
    Begin,

    /// <summary>A part begins: of calls with <see cref="AnswerEvent.Id"/>, <see cref="AnswerEvent.Name"/> and, in <see cref="AnswerEvent.Json"/>, what has to come back with it.</summary>
    PartBegin,

    /// <summary>A piece of a part: <see cref="AnswerEvent.Token"/>; of texts with the probabilities of its tokens in <see cref="AnswerEvent.Json"/>.</summary>
    Delta,

    /// <summary>A source of a text: <see cref="AnswerEvent.Citation"/>.</summary>
    Citation,

    /// <summary>What the provider wants back with a thought: <see cref="AnswerEvent.State"/> says in which form. Comes at most once for each thought, before its end.</summary>
    ThoughtState,

    /// <summary>A part is complete. A part without this event was cut off.</summary>
    PartEnd,

    /// <summary>Something that no other format has, such as what a provider's own tool did: <see cref="AnswerEvent.Name"/> says where it stood. Nobody writes it; it is reported.</summary>
    LeftOut,

    /// <summary>The answer is over: <see cref="AnswerEvent.End"/>. Nothing follows.</summary>
    End,
}

/// <summary>Kinds of parts.</summary>
internal enum PartKind
{
    Text,

    /// <summary>The model says that it will not answer.</summary>
    Refusal,
    Thought,

    /// <summary>A call of a tool that takes JSON; its pieces, joined, are that JSON.</summary>
    Call,

    /// <summary>A call of a tool that takes free text.</summary>
    TextCall,
}

/// <summary>Forms in which providers want their thoughts back.</summary>
internal enum ThoughtStateKind
{
    /// <summary>A signature of the thought's text: <see cref="AnswerEvent.Token"/> (Anthropic, Converse).</summary>
    Signature,

    /// <summary>A thought without a text, which only the provider can read: <see cref="AnswerEvent.Token"/> (Anthropic, Converse).</summary>
    Redacted,

    /// <summary>A reasoning item: all of it, as it came, in <see cref="AnswerEvent.Json"/>, its encrypted content in <see cref="AnswerEvent.Token"/>, its id in <see cref="AnswerEvent.Id"/> (Responses).</summary>
    Item,

    /// <summary>
    /// The members of a chat message: <see cref="AnswerEvent.Name"/> is that of the one that held the text, <see cref="AnswerEvent.Json"/>
    /// the array of <c>reasoning_details</c> or empty.
    /// </summary>
    ChatMembers,
}

/// <summary>
/// One step of an answer, in no vendor's format: a reader of the provider's format pushes it, a writer of the client's format takes it.
/// Spans are slices of the reader's buffer and hold for the call alone. What only the provider's family understands is kept as its
/// own JSON.
/// </summary>
/// <remarks>
/// <code>
/// Begin  (PartBegin Delta* Citation* ThoughtState? PartEnd?)*  End
/// </code>
/// Parts are numbered 0, 1, 2, … in the order of their beginnings and may overlap; a writer whose format knows no overlap keeps the later
/// ones back.
/// </remarks>
internal ref struct AnswerEvent
{
    public AnswerEventKind Kind;

    /// <summary>Of events about a part: what it is.</summary>
    public PartKind PartKind;

    /// <summary>Of events about a part: its number.</summary>
    public int Part;

    /// <summary>Of a thought's state: its form.</summary>
    public ThoughtStateKind State;

    /// <summary>Of a text's beginning: whether it is a paragraph of its own, where the client's format has one text for all.</summary>
    public bool IsParagraph;

    /// <summary>A JSON string, quotes included. A reader may push half of a surrogate pair, escaped; a writer gets none.</summary>
    public ReadOnlySpan<byte> Token;

    /// <summary>A JSON value on one line.</summary>
    public ReadOnlySpan<byte> Json;

    public string? Id;

    public string? Name;

    /// <summary>Seconds since 1970; 0 where the provider tells none.</summary>
    public long Created;

    public AnswerCitation? Citation;

    public AnswerEnd? End;
}

/// <summary>Takes the events of one answer.</summary>
internal interface IAnswerSink
{
    /// <summary>Whether the end has been taken; nothing may follow.</summary>
    bool IsComplete { get; }

    /// <summary>Takes the next event.</summary>
    void Take(scoped ref readonly AnswerEvent next);
}
