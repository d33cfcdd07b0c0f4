using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Writes an answer as the events of a streamed message.</summary>
/// <remarks>
/// The parts of an answer may overlap; the blocks of a message may not. What belongs to the part whose turn it is goes out at once. The
/// next one begins when that part ends, or when it is a call whose input is complete; until then it is kept, in the order in which it
/// came.
/// </remarks>
internal sealed class MessagesStreamWriter(AnswerContext context) : AnswerWriter
{
    private const long MaxWaitingBytes = 64 << 20;
    private const int MaxWaitingParts = 4096;

    private readonly MessagesEventWriter _events = new(context.Model, context.Capabilities.RepairToolArguments);
    private Queue<MessagesPart>? _waiting;
    private Dictionary<int, MessagesPart>? _waitingByNumber;
    private MessagesPart? _current;
    private bool _isRefusal;
    private long _bytes;
    private long _waitingBytes;
    private ClientError? _problem;

    public override bool IsComplete => _events.IsComplete;

    public override ClientError? Error => _events.Error;

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.PartBegin:
                BeginPart(in next);
                break;
            case AnswerEventKind.End:
                Finish(next.End!);
                break;
            case var _ when _current is { } current && current.Number == next.Part:
                Pass(current, in next);
                break;
            default:
                Keep(in next);
                break;
        }
    }

    public override void Dispose()
    {
        _events.Dispose();
        _current?.Dispose();
        foreach (var part in _waiting ?? [])
            part.Dispose();
    }

    private void BeginPart(scoped ref readonly AnswerEvent next)
    {
        Start();
        var part = new MessagesPart(in next);
        _current ??= _waiting is { Count: > 0 } ? null : part;
        if (part == _current)
            Open(part);
        else if (_waiting?.Count == MaxWaitingParts)
            throw new ProviderAnswerException($"the provider's answer has more than {MaxWaitingParts} parts at once");
        else
            Wait(part);
        Advance();
    }

    private void Wait(MessagesPart part)
    {
        (_waiting ??= []).Enqueue(part);
        (_waitingByNumber ??= []).Add(part.Number, part);
    }

    private void Open(MessagesPart part)
    {
        if (!part.IsCall)
            return;
        var id = part.Id ?? $"toolu_{context.NewId()}";
        _events.OpenToolUse(Output, ToolCallId.ForMessages(id, part.Extra), context.Tool(part.Name!).Name);
    }

    private void Pass(MessagesPart part, scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.Delta:
                _bytes += next.Token.Length;
                if (part.Kind != PartKind.TextCall)
                    Write(part.Kind, next.Token);
                else
                    part.Text.Append(next.Token);
                break;
            case AnswerEventKind.Citation:
                _events.Citation(Output, MessagesCitation.ToJson(next.Citation!, ""));
                break;
            case AnswerEventKind.ThoughtState:
                WriteState(in next);
                break;
            case AnswerEventKind.PartEnd:
                Close(part);
                break;
        }

        Advance();
    }

    private void Write(PartKind kind, ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2)
            return;
        switch (kind)
        {
            case PartKind.Thought:
                if (context.Thoughts != ThoughtDisplay.Hidden)
                    _events.Thinking(Output, token);
                break;
            case PartKind.Call or PartKind.TextCall:
                _events.ToolInput(Output, token);
                break;
            default:
                _isRefusal |= kind == PartKind.Refusal;
                _events.Text(Output, token);
                break;
        }
    }

    // Clients that did not ask for thoughts and call tools get what the provider wants back as a thought that they cannot read.
    private void WriteState(scoped ref readonly AnswerEvent state)
    {
        using var room = state.State is ThoughtStateKind.Signature or ThoughtStateKind.Redacted ? null : new PooledBuffer();
        var hasContent = MessagesThoughts.HasContent(in state);
        if (state.State == ThoughtStateKind.Redacted)
            _events.RedactedThinking(Output, state.Token);
        else if (context.Thoughts == ThoughtDisplay.Hidden && hasContent && context.HasTools)
            _events.RedactedThinking(Output, MessagesThoughts.Signature(in state, context, room));
        else if (context.Thoughts != ThoughtDisplay.Hidden && (hasContent || _events.IsThinkingOpen) && MessagesThoughts.Signature(in state, context, room) is { Length: > 0 } signature)
            _events.Signature(Output, signature);
    }

    private void Close(MessagesPart part)
    {
        if (part.Kind == PartKind.TextCall)
            Write(PartKind.Call, EscapedText.TokenOf(Encoding.UTF8.GetString(CustomToolInput.ToArguments(part.Text.Token))));
        _events.CloseBlock(Output);
        _current = null;
    }

    private void Keep(scoped ref readonly AnswerEvent next)
    {
        if (_waitingByNumber?.GetValueOrDefault(next.Part) is { } part)
        {
            _waitingBytes += next.Token.Length;
            if (_waitingBytes > MaxWaitingBytes)
                throw new ProviderAnswerException("the parts of the provider's answer overlap over too many bytes");
            part.Keep(in next);
        }
        else if (next.Kind == AnswerEventKind.Delta && next.PartKind == PartKind.Call && !string.IsNullOrWhiteSpace(EscapedText.Decode(next.Token)))
        {
            _problem ??= context.Error("sent more of a tool call that was complete");
        }

        Advance();
    }

    // Brings out what waits, as far as its turn has come.
    private void Advance()
    {
        while (_waiting is { Count: > 0 })
        {
            if (_current is { } current)
            {
                if (current.Kind != PartKind.Call || _events.IsToolInputOpen)
                    return;
                Close(current);
            }

            var next = _waiting.Dequeue();
            _waitingByNumber!.Remove(next.Number);
            _current = next;
            Open(next);
            if (next.Length > 0 && next.Kind != PartKind.TextCall)
            {
                _bytes += next.Length;
                _waitingBytes -= next.Length;
                Write(next.Kind, next.Text.Token);
                next.Text.Clear();
            }

            foreach (var citation in next.Citations)
                _events.Citation(Output, MessagesCitation.ToJson(citation, ""));
            if (next.State is { } state)
            {
                var kept = state.ToEvent(next.Number);
                WriteState(in kept);
            }

            if (next.IsEnded)
                Close(next);
        }
    }

    private void Start()
    {
        if (!_events.HasStarted)
            _events.Start(Output, context.IdOf("msg_", Id), new TokenTotals(context.EstimatedInput, 0, 0, 0, 0));
    }

    private void Finish(AnswerEnd end)
    {
        if (end.Error is null)
        {
            Start();
            FlushAll(end);
        }

        if ((end.Error ?? _problem) is { } error)
        {
            _events.Fail(Output, error);
            return;
        }

        var reason = MessagesStopReason.Write(end.Outcome, _events.HasToolUse, _isRefusal);
        _events.Finish(Output, reason, end.StopSequence, end.Usage ?? context.EstimateUsage(_bytes), end.IsCut);
    }

    // What still waits comes out: nothing more of what is open can come.
    private void FlushAll(AnswerEnd end)
    {
        while (_waiting is { Count: > 0 })
        {
            if (_current is { } current)
                Close(current);
            Advance();
        }

        if (_current is { } last && (!last.IsCall || !end.IsCut))
            Close(last);
    }
}
