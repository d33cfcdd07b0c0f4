using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Makes events of the blocks of a message, as they grow or whole.</summary>
/// <remarks>
/// <code>
/// text                     a text; its citations come when the block ends, for they are of all of it
/// thinking                 a thought, and its signature
/// redacted_thinking        a thought without text
/// tool_use                 a call
/// server_tool_use, …       nothing: what tools at Anthropic did; the texts say what came of it
/// </code>
/// </remarks>
internal sealed class MessagesAnswer(AnswerContext context)
{
    // More blocks than any answer has at once; a provider that sends more is broken.
    private const int MaxOpenBlocks = 4096;

    private readonly Dictionary<int, Block> _blocks = [];
    private string? _id;
    private bool _hasBegun;
    private bool _hasUsage;
    private UsageCounts _counts;
    private int _parts;

    /// <summary>Why the message ended, in Anthropic's word; <see langword="null"/> while it has said none.</summary>
    public string? StopReason { get; set; }

    /// <summary>What the message has cost so far.</summary>
    public UsageCounts Counts
    {
        get => _counts;
        set
        {
            _hasUsage |= value != _counts;
            _counts = value;
        }
    }

    /// <summary>The message's id, where it is known.</summary>
    public void Name(ReadOnlySpan<byte> id) => _id ??= id.Length > 2 ? EscapedText.Decode(id) : null;

    /// <summary>A block begins, with what it already has.</summary>
    public void StartBlock(scoped ref readonly MessagesEvent start, IAnswerSink sink)
    {
        if (Find(start.Index) is { } earlier)
            EndBlock(earlier, sink);
        if (start.Index < 0 || _blocks.Count >= MaxOpenBlocks)
            return;
        if (KindOf(in start) is not { } kind)
        {
            // Texts on both sides of it are two.
            _parts++;
            sink.LeaveOut("content", start.Type);
            return;
        }

        if (!_hasBegun)
            sink.Begin(_id, 0);
        _hasBegun = true;
        var block = new Block(start.Index, _parts++, kind);
        _blocks.Add(block.Index, block);
        if (kind == PartKind.Call)
        {
            sink.CallBegin(kind, block.Part, EventJson.Decode(start.Id), EscapedText.Decode(start.Name));
            if (start.Input.Length > "{}"u8.Length)
                block.Input = CompactJson.Of(start.Input);
            return;
        }

        sink.PartBegin(kind, block.Part);
        block.IsRedacted = start.Type.SequenceEqual("\"redacted_thinking\""u8);
        if (block.IsRedacted)
            block.Sign(start.Opaque);
        Cite(block, start.Citations);
        Add(block, in start, sink);
    }

    /// <summary>A piece of a block.</summary>
    public void Add(scoped ref readonly MessagesEvent delta, IAnswerSink sink)
    {
        if (Find(delta.Index) is { } block)
            Add(block, in delta, sink);
    }

    /// <summary>A block ends.</summary>
    public void EndBlock(int index, IAnswerSink sink)
    {
        if (Find(index) is { } block)
            EndBlock(block, sink);
    }

    /// <summary>The message is over.</summary>
    public void End(IAnswerSink sink)
    {
        var end = EndOf();
        if (end.Error is null)
        {
            foreach (var block in _blocks.Values.OrderBy(block => block.Part).ToArray())
            {
                // What the limit cut off stays cut off.
                if (block.Kind != PartKind.Call || !end.IsCut)
                    EndBlock(block, sink);
                else
                    AddInput(block, sink);
            }

            // An answer without a word still has its id.
            if (!_hasBegun)
                sink.Begin(_id, 0);
        }

        sink.End(end with { Usage = Usage });
    }

    /// <summary>The provider failed.</summary>
    public void Fail(ClientError error, IAnswerSink sink) => sink.End(AnswerEnd.Failed(error, Usage));

    private TokenTotals? Usage => _hasUsage ? _counts.WithCacheBeside() : null;

    private AnswerEnd EndOf()
    {
        if (StopReason is null)
            return _hasBegun ? new AnswerEnd(AnswerOutcome.Whole) : AnswerEnd.Failed(AnswerErrors.Empty(context));
        var outcome = MessagesStopReason.Read(StopReason);
        return outcome == AnswerOutcome.Failed ? AnswerEnd.Failed(AnswerErrors.Reason(context, "stop_reason", StopReason)) : new AnswerEnd(outcome);
    }

    private static void Add(Block block, scoped ref readonly MessagesEvent piece, IAnswerSink sink)
    {
        var isStart = piece.Kind == MessagesEventKind.BlockStart;
        switch (block.Kind)
        {
            case PartKind.Text:
                if (isStart || piece.Type.SequenceEqual("\"text_delta\""u8))
                    sink.Delta(PartKind.Text, block.Part, piece.Text);
                else if (piece.Type.SequenceEqual("\"citations_delta\""u8) && MessagesCitation.Read(piece.Citation) is { } citation)
                    (block.Citations ??= []).Add(citation);
                else
                    sink.LeaveOut("content_block_delta", piece.Type);
                break;
            case PartKind.Thought:
                if (isStart || piece.Type.SequenceEqual("\"thinking_delta\""u8))
                    sink.Delta(PartKind.Thought, block.Part, piece.Thinking);
                else if (!piece.Type.SequenceEqual("\"signature_delta\""u8))
                    sink.LeaveOut("content_block_delta", piece.Type);
                if (piece.Signature.Length > 2 && (isStart || piece.Type.SequenceEqual("\"signature_delta\""u8)))
                    block.Sign(piece.Signature);
                break;
            case PartKind.Call when piece.Type.SequenceEqual("\"input_json_delta\""u8):
                block.HasInput |= piece.PartialJson.Length > 2;
                sink.Delta(PartKind.Call, block.Part, piece.PartialJson);
                break;
            default:
                sink.LeaveOut("content_block_delta", piece.Type);
                break;
        }
    }

    private static void Cite(Block block, ReadOnlySpan<byte> citations)
    {
        if (citations.IsEmpty || citations[0] != '[')
            return;
        var json = EventJson.ReaderOf(citations);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (isObject && MessagesCitation.Read(citations[start..(int)json.BytesConsumed]) is { } citation)
                (block.Citations ??= []).Add(citation);
        }
    }

    private void EndBlock(Block block, IAnswerSink sink)
    {
        _blocks.Remove(block.Index);
        foreach (var citation in block.Citations ?? [])
            sink.Citation(block.Part, citation);
        if (block.Kind == PartKind.Thought)
            sink.ThoughtState(block.Part, block.IsRedacted ? ThoughtStateKind.Redacted : ThoughtStateKind.Signature, block.Opaque is null ? block.IsRedacted ? "\"\""u8 : default : block.Opaque.Token);
        AddInput(block, sink);
        sink.PartEnd(block.Kind, block.Part);
        block.Opaque?.Dispose();
    }

    // What a call began with counts where no pieces came.
    private static void AddInput(Block block, IAnswerSink sink)
    {
        if (block.Kind != PartKind.Call || block.HasInput || block.Input is not { } input)
            return;
        using var token = new PooledBuffer();
        EscapedText.Write(input, token);
        sink.Delta(PartKind.Call, block.Part, token.WrittenSpan);
    }

    private static PartKind? KindOf(scoped ref readonly MessagesEvent block)
    {
        if (block.Type.SequenceEqual("\"text\""u8))
            return PartKind.Text;
        if (block.Type.SequenceEqual("\"thinking\""u8) || block.Type.SequenceEqual("\"redacted_thinking\""u8))
            return PartKind.Thought;
        return block.Type.SequenceEqual("\"tool_use\""u8) && block.Name.Length > 2 ? PartKind.Call : null;
    }

    private Block? Find(int index) => _blocks.GetValueOrDefault(index);

    // A block between its start and its stop.
    private sealed class Block(int index, int part, PartKind kind)
    {
        public int Index { get; } = index;

        public int Part { get; } = part;

        public PartKind Kind { get; } = kind;

        public bool IsRedacted { get; set; }

        public bool HasInput { get; set; }

        /// <summary>The input that a call began with.</summary>
        public byte[]? Input { get; set; }

        public List<AnswerCitation>? Citations { get; set; }

        /// <summary>Signature or redacted data, as a JSON string.</summary>
        public EscapedText? Opaque { get; private set; }

        /// <summary>Takes a signature, or one more piece of it.</summary>
        public void Sign(ReadOnlySpan<byte> token)
        {
            if (token.Length > 2)
                (Opaque ??= new EscapedText()).Append(token);
        }
    }
}
