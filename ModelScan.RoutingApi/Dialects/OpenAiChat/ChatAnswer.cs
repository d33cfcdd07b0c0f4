using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Makes events of what chunks say, or a whole chat completion, which is one large chunk.</summary>
/// <remarks>
/// <code>
/// 1  nothing is pushed until there is something to say
/// 2  the order inside a chunk: thoughts, text, refusal, citations, calls
/// 3  text and thought end where another part begins; calls may overlap and end with the answer
/// 4  finish_reason is kept, not pushed: the usage comes behind it
/// </code>
/// </remarks>
internal sealed class ChatAnswer(AnswerContext context)
{
    private const int None = -1;

    private readonly ChatCallSlots _calls = new();
    private ReasoningDetails? _details;
    private ThinkTags? _tags;
    private bool _hasText;
    private bool _hasBegun;
    private string? _id;
    private long _created;
    private int _parts;
    private int _begun;
    private int _open = None;
    private PartKind _openKind;
    private string _thoughtMember = ThoughtMembers.ReasoningContent;
    private string? _serviceTier;
    private TokenTotals? _usage;

    /// <summary>Why the answer ended, in the provider's word; <see langword="null"/> while it has said none.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>Takes what a chunk says.</summary>
    /// <exception cref="JsonException">An array in it is not what it should be.</exception>
    public void Take(scoped ref readonly ChatChunk chunk, IAnswerSink sink)
    {
        if (_id is null && chunk.Id.Length > 2)
            _id = EscapedText.Decode(chunk.Id);
        if (chunk.Created > 0)
            _created = chunk.Created;
        if (chunk.ServiceTier.Length > 2)
            _serviceTier = EscapedText.Decode(chunk.ServiceTier);
        _usage = chunk.Usage ?? _usage;
        if (!chunk.ReasoningDetails.IsEmpty)
            (_details ??= new ReasoningDetails()).Add(chunk.ReasoningDetails);
        if (chunk.Reasoning.Length > 2)
            Think(chunk.Reasoning, chunk.IsReasoningNamedSo ? ThoughtMembers.Reasoning : ThoughtMembers.ReasoningContent, sink);
        if (!chunk.Content.IsEmpty)
            TakeContent(chunk.Content, chunk.Logprobs, sink);
        if (chunk.Refusal.Length > 2)
            sink.Delta(PartKind.Refusal, Open(PartKind.Refusal, sink), chunk.Refusal);
        if (!chunk.Annotations.IsEmpty)
            TakeCitations(chunk.Annotations, sink);
        TakeCalls(in chunk, sink);
        if (!chunk.OtherMember.IsEmpty)
            sink.LeaveOut("message", chunk.OtherMember);
        if (chunk.FinishReason.Length > 2)
            FinishReason = EscapedText.Decode(chunk.FinishReason);
    }

    /// <summary>The answer is over.</summary>
    /// <param name="isMarked">Whether the provider has said so, apart from the reason: by <c>[DONE]</c>, or by answering in one piece.</param>
    /// <param name="sink">Takes the rest.</param>
    public void End(bool isMarked, IAnswerSink sink)
    {
        if (_tags is not null)
            Say(_tags.End(), sink);
        EndThoughts(sink);
        sink.End(EndOf(isMarked, sink) with { Usage = _usage, ServiceTier = _serviceTier });
    }

    /// <summary>The provider failed.</summary>
    public void Fail(ClientError error, IAnswerSink sink) => sink.End(AnswerEnd.Failed(error, _usage));

    private AnswerEnd EndOf(bool isMarked, IAnswerSink sink)
    {
        if (FinishReason is null && !isMarked)
            return AnswerEnd.Failed(AnswerErrors.Cut(context));
        if (FinishReason is null && _parts == 0 && _calls.Calls.Count == 0)
            return AnswerEnd.Failed(AnswerErrors.Empty(context));
        var outcome = FinishReason is null ? AnswerOutcome.Whole : ChatFinishReason.Read(FinishReason);
        if (outcome == AnswerOutcome.Failed)
            return AnswerEnd.Failed(AnswerErrors.Reason(context, "finish_reason", FinishReason!));
        CloseOpen(sink);
        BeginNamedCalls(sink);
        Begin(sink);
        var end = new AnswerEnd(outcome);
        foreach (var call in _calls.Calls)
        {
            if (call.Part == None)
                return AnswerEnd.Failed(context.Error("sent a tool call without a name"));
            if (!end.IsCut || call.HasWholeArguments())
                sink.PartEnd(KindOf(call), call.Part);
        }

        return end;
    }

    private void TakeContent(ReadOnlySpan<byte> content, ReadOnlySpan<byte> logprobs, IAnswerSink sink)
    {
        if (content[0] == '"')
            TakeText(content, logprobs, sink);
        else if (content[0] == '[')
            TakeParts(content, logprobs, sink);
    }

    // [{"type": "text", "text": "…"}, {"type": "refusal", "refusal": "…"}, {"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}]
    private void TakeParts(ReadOnlySpan<byte> parts, ReadOnlySpan<byte> logprobs, IAnswerSink sink)
    {
        var json = EventJson.ReaderOf(parts);
        var thoughtDepth = 0;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("thinking"u8))
                {
                    thoughtDepth = json.CurrentDepth;
                    continue;
                }

                var isRefusal = json.ValueTextEquals("refusal"u8);
                if (!isRefusal && !json.ValueTextEquals("text"u8))
                    continue;
                var text = json.Text(parts);
                if (text.Length <= 2)
                    continue;
                if (isRefusal)
                    sink.Delta(PartKind.Refusal, Open(PartKind.Refusal, sink), text);
                else if (thoughtDepth > 0)
                    Think(text, ThoughtMembers.ThinkingParts, sink);
                else
                    TakeText(text, logprobs, sink);
                if (!isRefusal && thoughtDepth == 0)
                    logprobs = default;
            }
            else if (json.TokenType == JsonTokenType.EndObject && json.CurrentDepth < thoughtDepth)
            {
                thoughtDepth = 0;
            }
        }
    }

    private void TakeText(ReadOnlySpan<byte> token, ReadOnlySpan<byte> logprobs, IAnswerSink sink)
    {
        if (token.Length <= 2)
            return;
        if (!_hasText)
        {
            // What the answer shows decides whether there are tags: many models write them, whoever serves them.
            _hasText = true;
            if (_parts == 0 && ThinkTags.MayBegin(token))
                _tags = new ThinkTags();
        }

        if (_tags is not null)
        {
            var isFirst = !_tags.IsHolding;
            var split = _tags.Split(EscapedText.Decode(token));
            var hasThought = split.Thought.Length > 0 || _open != None;
            if (_tags.IsOver)
                _tags = null;
            if (_tags is not null || !isFirst || hasThought)
            {
                Say(split, sink);
                return;
            }
        }

        sink.Delta(PartKind.Text, Open(PartKind.Text, sink), token, EventJson.Elements(logprobs));
    }

    private void Say((string Thought, string Answer) split, IAnswerSink sink)
    {
        if (split.Thought.Length > 0)
            Think(EscapedText.TokenOf(split.Thought), ThoughtMembers.ThinkTags, sink);
        if (split.Answer.Length > 0)
            sink.Delta(PartKind.Text, Open(PartKind.Text, sink), EscapedText.TokenOf(split.Answer));
    }

    private void Think(ReadOnlySpan<byte> token, string member, IAnswerSink sink)
    {
        _thoughtMember = member;
        sink.Delta(PartKind.Thought, Open(PartKind.Thought, sink), token);
    }

    private void TakeCitations(ReadOnlySpan<byte> annotations, IAnswerSink sink)
    {
        if (annotations[0] != '[')
            return;
        using var document = AnswerField.Open(annotations);
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            if (ChatAnnotation.Read(annotation) is { } citation)
                sink.Citation(Open(PartKind.Text, sink), citation);
        }
    }

    private void TakeCalls(scoped ref readonly ChatChunk chunk, IAnswerSink sink)
    {
        if (!chunk.FunctionCall.IsEmpty && chunk.FunctionCall[0] == '{' && chunk.ToolCalls.IsEmpty)
            TakeCall(ChatToolDelta.ReadLegacy(chunk.FunctionCall), sink);
        if (chunk.ToolCalls.IsEmpty || chunk.ToolCalls[0] != '[')
            return;
        var calls = new JsonScan(chunk.ToolCalls);
        calls.EntersArray();
        while (calls.NextItem())
        {
            if (calls.EntersObject())
                TakeCall(ChatToolDelta.Read(ref calls), sink);
        }
    }

    private void TakeCall(ChatToolDelta delta, IAnswerSink sink)
    {
        var call = _calls.Find(delta);
        if (delta.Arguments.Length > 2)
            call.Arguments.Append(delta.Arguments);
        if (call.Part != None)
            sink.Delta(KindOf(call), call.Part, delta.Arguments);
        else if (call.Name.Length > 0 && (call.Id.Length > 0 || call.HasWholeArguments()))
            BeginNamedCalls(sink);
    }

    // In the order in which they came: one that has a name, but no id yet, begins at the latest before the next one does.
    private void BeginNamedCalls(IAnswerSink sink)
    {
        while (_begun < _calls.Calls.Count && _calls.Calls[_begun].Part != None)
            _begun++;
        for (var i = _begun; i < _calls.Calls.Count; i++)
        {
            var call = _calls.Calls[i];
            if (call.Part != None || call.Name.Length == 0)
                continue;
            EndThoughts(sink);
            CloseOpen(sink);
            Begin(sink);
            call.Part = _parts++;
            sink.CallBegin(KindOf(call), call.Part, call.Id, call.Name, call.Extra);
            if (!call.Arguments.IsEmpty)
                sink.Delta(KindOf(call), call.Part, call.Arguments.Token);
        }
    }

    private int Open(PartKind kind, IAnswerSink sink)
    {
        if (_open != None && _openKind == kind)
            return _open;
        if (kind != PartKind.Thought)
            EndThoughts(sink);
        BeginNamedCalls(sink);
        CloseOpen(sink);
        return Open(kind, _parts++, sink);
    }

    private int Open(PartKind kind, int part, IAnswerSink sink)
    {
        Begin(sink);
        (_open, _openKind) = (part, kind);
        sink.PartBegin(kind, part);
        return part;
    }

    // What the provider wants back without having shown a thought, or after it, is a thought without text.
    private void EndThoughts(IAnswerSink sink)
    {
        if (_details is not { HasState: true } || _openKind == PartKind.Thought && _open != None)
            return;
        CloseOpen(sink);
        Open(PartKind.Thought, _parts++, sink);
        CloseOpen(sink);
    }

    private void CloseOpen(IAnswerSink sink)
    {
        if (_open == None)
            return;
        var part = _open;
        _open = None;
        if (_openKind == PartKind.Thought)
            sink.ThoughtState(part, ThoughtStateKind.ChatMembers, json: _details is null ? default : _details.Take(), name: _thoughtMember);
        sink.PartEnd(_openKind, part);
    }

    private void Begin(IAnswerSink sink)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        sink.Begin(_id, _created);
    }

    private static PartKind KindOf(ChatCall call) => call.IsCustom ? PartKind.TextCall : PartKind.Call;
}
