using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>Makes events of the blocks of an answer of Converse, as they grow or whole.</summary>
/// <remarks>
/// <code>
/// text, citationsContent                  a text and its citations
/// toolUse                                 a call
/// toolUse of type server_tool_use         nothing: a tool that ran at Amazon; the texts say what came of it
/// reasoningContent                        a thought, and its signature
/// </code>
/// Blocks come one after the other; texts and thoughts begin with their first piece.
/// </remarks>
internal sealed class ConverseAnswer(AnswerContext context) : IDisposable
{
    private const int None = -1;

    private readonly EscapedText _signature = new();
    private bool _hasBegun;
    private int _parts;
    private int _open = None;
    private PartKind _openKind;
    private int _toolIndex = None;
    private UsageCounts _counts;

    /// <summary>Why it ended, in Amazon's word; <see langword="null"/> while it has said none.</summary>
    public string? StopReason { get; set; }

    /// <summary>The stop sequence that ended it.</summary>
    public string? StopSequence { get; set; }

    /// <summary>Whether the usage is known.</summary>
    public bool HasUsage { get; private set; }

    /// <summary>What it has cost so far.</summary>
    public UsageCounts Counts => _counts;

    public void Count(UsageCounts counts) => (_counts, HasUsage) = (counts, true);

    /// <summary>A call begins.</summary>
    /// <param name="index">Its block's number.</param>
    /// <param name="id">JSON string.</param>
    /// <param name="name">JSON string.</param>
    /// <param name="sink">Takes it.</param>
    public void BeginCall(int index, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, IAnswerSink sink)
    {
        Close(sink);
        Begin(sink);
        (_open, _openKind, _toolIndex) = (_parts++, PartKind.Call, index);
        sink.CallBegin(PartKind.Call, _open, EventJson.Decode(id), EscapedText.Decode(name));
    }

    /// <summary>A piece of a call's input.</summary>
    public void AddInput(int index, ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        if (_openKind == PartKind.Call && _open != None && index == _toolIndex)
            sink.Delta(PartKind.Call, _open, token);
    }

    public void Say(ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        if (token.Length > 2)
            sink.Delta(PartKind.Text, Open(PartKind.Text, sink), token);
    }

    public void Think(ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        if (token.Length <= 2)
            return;

        // Behind its signature a thought is over: what follows is another.
        if (!_signature.IsEmpty)
            Close(sink);
        sink.Delta(PartKind.Thought, Open(PartKind.Thought, sink), token);
    }

    /// <summary>A piece of a thought's signature, which is told whole when the thought ends.</summary>
    public void Sign(ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        if (token.Length <= 2)
            return;
        Open(PartKind.Thought, sink);
        _signature.Append(token);
    }

    /// <summary>A thought that only the provider can read.</summary>
    public void Hide(ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        Close(sink);
        var part = Open(PartKind.Thought, sink);
        using var room = ConverseThought.IsSealed(context.Capabilities.ReasoningFamily) ? new PooledBuffer() : null;
        sink.ThoughtState(part, ThoughtStateKind.Redacted, ConverseThought.ForClient(context.Capabilities.ReasoningFamily, token, room));
        sink.PartEnd(PartKind.Thought, part);
        _open = None;
    }

    public void Cite(ReadOnlySpan<byte> citation, IAnswerSink sink)
    {
        if (ConverseCitation.Read(citation) is { } read)
            sink.Citation(Open(PartKind.Text, sink), read);
    }

    /// <summary>The open block, if there is one, ends.</summary>
    public void Close(IAnswerSink sink)
    {
        if (_open == None)
            return;
        var part = _open;
        _open = None;
        if (_openKind == PartKind.Thought)
        {
            using var room = ConverseThought.IsSealed(context.Capabilities.ReasoningFamily) ? new PooledBuffer() : null;
            sink.ThoughtState(part, ThoughtStateKind.Signature, ConverseThought.ForClient(context.Capabilities.ReasoningFamily, _signature.IsEmpty ? default : _signature.Token, room));
            _signature.Clear();
        }

        sink.PartEnd(_openKind, part);
    }

    /// <summary>The answer is over.</summary>
    public void End(IAnswerSink sink)
    {
        var end = ConverseStopReason.Read(StopReason!, context);
        if (end.Error is null && (_openKind != PartKind.Call || !end.IsCut))
            Close(sink);
        Begin(sink);
        sink.End(end with { Usage = HasUsage ? _counts.WithCacheBeside() : null, StopSequence = StopSequence });
    }

    /// <summary>The provider failed.</summary>
    public void Fail(ClientError error, IAnswerSink sink) => sink.End(AnswerEnd.Failed(error, HasUsage ? _counts.WithCacheBeside() : null));

    public void Dispose() => _signature.Dispose();

    private int Open(PartKind kind, IAnswerSink sink)
    {
        if (_open != None && _openKind == kind)
            return _open;
        Close(sink);
        Begin(sink);
        (_open, _openKind) = (_parts++, kind);
        sink.PartBegin(kind, _open);
        return _open;
    }

    private void Begin(IAnswerSink sink)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        sink.Begin(null, 0);
    }
}
