using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>A part of an answer, and what has come of it before its turn.</summary>
internal sealed class MessagesPart
{
    private List<AnswerCitation>? _citations;
    private EscapedText? _text;

    public MessagesPart(scoped ref readonly AnswerEvent begin) =>
        (Number, Kind, Id, Name, Extra) = (begin.Part, begin.PartKind, begin.Id, begin.Name, begin.Json.ToArray());

    public int Number { get; }

    public PartKind Kind { get; }

    public bool IsCall => Kind is PartKind.Call or PartKind.TextCall;

    /// <summary>Of calls: the provider's id.</summary>
    public string? Id { get; }

    /// <summary>Of calls: the tool.</summary>
    public string? Name { get; }

    /// <summary>Of calls: JSON of what has to come back with it.</summary>
    public byte[] Extra { get; }

    public EscapedText Text => _text ??= new EscapedText();

    /// <summary>Bytes of its text.</summary>
    public int Length => _text?.Length ?? 0;

    /// <summary>Gives the text's memory back.</summary>
    public void Dispose() => _text?.Dispose();

    public IReadOnlyList<AnswerCitation> Citations => _citations ?? [];

    public KeptState? State { get; set; }

    public bool IsEnded { get; set; }

    /// <summary>Takes an event to be written later.</summary>
    public void Keep(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.Delta:
                Text.Append(next.Token);
                break;
            case AnswerEventKind.Citation:
                (_citations ??= []).Add(next.Citation!);
                break;
            case AnswerEventKind.ThoughtState:
                State = new KeptState(next.State, next.Token.ToArray(), next.Json.ToArray(), next.Id, next.Name);
                break;
            case AnswerEventKind.PartEnd:
                IsEnded = true;
                break;
        }
    }

    /// <summary>What a thought's provider wants back.</summary>
    internal sealed record KeptState(ThoughtStateKind Kind, byte[] Token, byte[] Json, string? Id, string? Name)
    {
        /// <summary>The event.</summary>
        public AnswerEvent ToEvent(int part) => new()
        {
            Kind = AnswerEventKind.ThoughtState,
            PartKind = PartKind.Thought,
            Part = part,
            State = Kind,
            Token = Token,
            Json = Json,
            Id = Id,
            Name = Name,
        };
    }
}
