using System.Text;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Writes an answer as a response: its events, or, at its end, the whole.</summary>
/// <remarks>
/// <code>
/// text, refusal   a message; neighbouring texts are one (Anthropic cuts a text where its citations change)
/// thought         a reasoning item: the text as its summary or as its content, what has to come back sealed into its end
/// call            a function call; a custom tool's call where the client offered it as one, its text known when its JSON is complete
/// End             response.completed, response.incomplete; or error and response.failed
/// </code>
/// </remarks>
internal sealed class ResponsesWriter(AnswerContext context, bool isWhole) : AnswerWriter
{
    private readonly PartList<Call> _calls = new();
    private readonly List<AnswerCitation> _cited = [];
    private ResponsesEventWriter? _events;
    private ClientError? _error;
    private EscapedText? _thought;
    private int _message = -1;
    private int _lastText = -1;
    private int _textLength;
    private int _textStart;

    // What a custom tool takes, and what has to be repaired, is told when it is whole; of a tool with a type of its own, the whole call.
    private sealed record Call(OutputItem? Item, EscapedText? Held, ClientTool? Tool = null, string Id = "");

    /// <summary>What writes an answer: a response, or the compaction that was asked for.</summary>
    public static AnswerWriter Of(AnswerContext context, bool isWhole) => context.Compaction is null ? new ResponsesWriter(context, isWhole) : new CompactionWriter(context, isWhole);

    public override bool IsComplete => _error is not null || _events is { IsComplete: true };

    public override ClientError? Error => _error;

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.PartBegin:
                BeginPart(in next);
                break;
            case AnswerEventKind.Delta:
                Add(in next);
                break;
            case AnswerEventKind.Citation when next.Citation!.Url is not null:
                Cite(next.Citation);
                break;
            case AnswerEventKind.ThoughtState:
                if (Seal(in next) is { } state)
                    Events().Reasoning(Output).EncryptedContent = state;
                break;
            case AnswerEventKind.PartEnd:
                EndPart(in next);
                break;
            case AnswerEventKind.End:
                Finish(next.End!);
                break;
        }
    }

    public override void Dispose()
    {
        _events?.Dispose();
        _thought?.Dispose();
        foreach (var (_, call) in _calls)
            call.Held?.Dispose();
    }

    private void BeginPart(scoped ref readonly AnswerEvent next)
    {
        var events = Events();
        events.Start(Output);
        switch (next.PartKind)
        {
            case PartKind.Text:
                if (next.Part != _lastText + 1)
                    events.EndItem(Output);
                _lastText = next.Part;
                _textStart = _message == events.Items.Count - 1 ? _textLength : 0;
                break;
            case PartKind.Thought:
                _thought?.Clear();
                break;
            case PartKind.Call or PartKind.TextCall:
                BeginCall(events, in next);
                break;
        }
    }

    private void BeginCall(ResponsesEventWriter events, scoped ref readonly AnswerEvent next)
    {
        var tool = context.Tool(next.Name!);
        var takesText = tool.TakesText || next.PartKind == PartKind.TextCall;
        var id = ToolCallId.WithExtra(next.Id ?? "call_" + context.NewId(), next.Json);
        if (tool.ClientTool is { } own)
        {
            _calls.Add(next.Part, new Call(null, new EscapedText(), own, id));
            return;
        }

        var item = events.BeginCall(Output, takesText ? OutputItemKind.CustomToolCall : OutputItemKind.FunctionCall, id, tool.Name, tool.Namespace);
        var isHeld = next.PartKind == PartKind.Call && (takesText || context.Capabilities.RepairToolArguments);
        _calls.Add(next.Part, new Call(item, isHeld ? new EscapedText() : null));
    }

    private void Add(scoped ref readonly AnswerEvent next)
    {
        var events = Events();
        switch (next.PartKind)
        {
            case PartKind.Text:
                events.Text(Output, next.Token, next.Json);
                if (context.HasBlocks)
                    Count(events, next.Token);
                break;
            case PartKind.Refusal:
                events.Refusal(Output, next.Token);
                break;
            case PartKind.Thought:
                (_thought ??= new EscapedText()).Append(next.Token);
                if (context.Thoughts == ThoughtDisplay.Summarized)
                    events.ReasoningSummary(Output, next.Token);
                else
                    events.ReasoningText(Output, next.Token);
                break;
            default:
                if (_calls.Find(next.Part) is not { } call)
                    break;
                if (call.Held is { } held)
                    held.Append(next.Token);
                else
                    events.Payload(Output, call.Item!, next.Token);
                break;
        }
    }

    private void Count(ResponsesEventWriter events, ReadOnlySpan<byte> token)
    {
        if (_message != events.Items.Count - 1)
            (_message, _textLength) = (events.Items.Count - 1, 0);
        _textLength += CodePoints.InToken(token);
    }

    private void Cite(AnswerCitation citation)
    {
        if (citation.Range is { } range)
            Events().Annotation(Output, ChatAnnotation.ToJson(citation, range, isNested: false));
        else
            _cited.Add(citation);
    }

    private void EndPart(scoped ref readonly AnswerEvent next)
    {
        switch (next.PartKind)
        {
            case PartKind.Text:
                foreach (var citation in _cited)
                    Events().Annotation(Output, ChatAnnotation.ToJson(citation, (_textStart, _textLength), isNested: false));
                _cited.Clear();
                break;
            case PartKind.Thought when Events().HasOpenReasoning:
                Events().EndItem(Output);
                break;
            case PartKind.Call or PartKind.TextCall when _calls.Find(next.Part) is { } call:
                EndCall(call);
                break;
        }
    }

    private void EndCall(Call call)
    {
        if (call.Tool is { } tool)
        {
            Events().ClientCall(Output, tool, call.Id, EventJson.SingleLine(Encoding.UTF8.GetBytes(call.Held!.IsEmpty ? "{}" : JsonRepair.ObjectOf(call.Held.ToString()))).ToArray());
            return;
        }

        WriteHeld(call);
        if (call.Item!.Kind == OutputItemKind.FunctionCall && call.Item.Payload.IsEmpty)
            Events().Payload(Output, call.Item, "\"{}\""u8);
        Events().EndCall(Output, call.Item);
    }

    private void WriteHeld(Call call, bool isCut = false)
    {
        if (call.Held is not { IsEmpty: false } held || call.Item is not { IsDone: false })
            return;
        Events().Payload(Output, call.Item, call.Item.Kind == OutputItemKind.CustomToolCall ? CustomToolInput.FromArguments(held, isCut) : EscapedText.TokenOf(JsonRepair.ObjectOf(held.ToString())));
        held.Clear();
    }

    private EscapedText? Seal(scoped ref readonly AnswerEvent state)
    {
        switch (state.State)
        {
            case ThoughtStateKind.Signature when state.Token.Length > 2:
                return Sealed(context.Capabilities.ReasoningFamily ?? SealedReasoning.Anthropic, ThinkingBlock.Thinking(_thought?.ToString() ?? "", EscapedText.Decode(state.Token)).ToJson());
            case ThoughtStateKind.Redacted:
                return Sealed(context.Capabilities.ReasoningFamily ?? SealedReasoning.Anthropic, ThinkingBlock.Redacted(EscapedText.Decode(state.Token)).ToJson());
            case ThoughtStateKind.ChatMembers when context.WantsThoughtState || !state.Json.IsEmpty:
                // Any chat model can read a text; details only those of one family.
                return Sealed(state.Json.IsEmpty ? ChatThought.DefaultFamily : context.Capabilities.ReasoningFamily ?? ChatThought.DefaultFamily, ChatThought.ToState(state.Name!, _thought?.ToString() ?? "", state.Json));
            default:
                return null;
        }
    }

    private static EscapedText Sealed(string family, ReadOnlySpan<byte> state)
    {
        using var token = new PooledBuffer();
        SealedReasoning.Seal(family, state, token);
        var text = new EscapedText();
        text.Append(token.WrittenSpan);
        return text;
    }

    private void Finish(AnswerEnd end)
    {
        if (end.Error is { } error)
        {
            _error = StreamErrors.ForResponses(error);
            if (!isWhole)
                Events().Fail(Output, _error, end.Usage);
            return;
        }

        foreach (var (_, call) in _calls)
            WriteHeld(call, end.IsCut);
        var bytes = 0L;
        foreach (var item in Events().Items)
        {
            bytes += item.Payload.Length + item.Action.Length;
            foreach (var part in item.Parts)
                bytes += part.Text.Length;
        }

        Events().Complete(Output, StatusOf(end.Outcome), end.Usage ?? context.EstimateUsage(bytes));
    }

    private static ResponseStatus StatusOf(AnswerOutcome outcome) => outcome switch
    {
        AnswerOutcome.Length or AnswerOutcome.ContextWindow or AnswerOutcome.Paused => ResponseStatus.LimitReached,
        AnswerOutcome.Refused => ResponseStatus.Filtered,
        _ => ResponseStatus.Completed,
    };

    private ResponsesEventWriter Events() =>
        _events ??= new ResponsesEventWriter(new ResponseEnvelope(context.IdOf("resp_", Id), context.CreatedAt(Created), context.Model, context.Time, context.Echo), context.NewId, isWhole);
}
