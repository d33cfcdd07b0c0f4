using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Writes a whole chat completion of one choice: texts become its content, thoughts its <c>reasoning_content</c> and what has to come back
/// of them its <c>reasoning_details</c>, calls its <c>tool_calls</c>.
/// </summary>
internal sealed class ChatAnswerWriter(AnswerContext context) : AnswerWriter
{
    private readonly ChatTexts _texts = new(context.HasBlocks);
    private readonly EscapedText _text = new();
    private readonly PartList<Call> _calls = new();
    private readonly List<byte[]> _details = [];
    private readonly List<byte[]> _annotations = [];
    private readonly List<byte[]> _logprobs = [];
    private EscapedText? _refusal;
    private EscapedText? _thought;
    private AnswerEnd? _end;

    public override bool IsComplete => _end is not null;

    public override ClientError? Error => _end?.Error;

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.PartBegin when next.PartKind is PartKind.Call or PartKind.TextCall:
                _calls.Add(next.Part, new Call(next.PartKind == PartKind.TextCall, next.Id ?? $"call_{context.NewId()}", context.Tool(next.Name!).Name));
                break;
            case AnswerEventKind.PartBegin:
                _texts.BeginPart(next.PartKind, next.IsParagraph);
                break;
            case AnswerEventKind.Delta:
                Add(in next);
                break;
            case AnswerEventKind.Citation:
                _texts.Cite(next.Citation!);
                break;
            case AnswerEventKind.ThoughtState:
                if (ThoughtDetail.Of(in next, _texts.Thought, _details.Count) is { Length: > 0 } detail)
                    _details.Add(detail);
                break;
            case AnswerEventKind.PartEnd when next.PartKind == PartKind.Text:
                foreach (var (citation, range) in _texts.TakeCitations())
                    _annotations.Add(ChatAnnotation.ToJson(citation, range, isNested: true));
                break;
            case AnswerEventKind.End:
                _end = next.End;
                if (_end!.Error is null)
                    Write(_end);
                break;
        }
    }

    public override void Dispose()
    {
        _text.Dispose();
        _refusal?.Dispose();
        _thought?.Dispose();
        _texts.Dispose();
        foreach (var (_, call) in _calls)
            call.Payload.Dispose();
    }

    private void Add(scoped ref readonly AnswerEvent next)
    {
        if (next.PartKind is PartKind.Call or PartKind.TextCall)
        {
            _calls.Find(next.Part)?.Payload.Append(next.Token);
            return;
        }

        var text = next.PartKind switch
        {
            PartKind.Text => _text,
            PartKind.Refusal => _refusal ??= new EscapedText(),
            _ => _thought ??= new EscapedText(),
        };
        if (_texts.Add(next.PartKind, next.Token))
            text.Append(ChatTexts.ParagraphBreak);
        text.Append(next.Token);
        if (next.PartKind == PartKind.Text && !next.Json.IsEmpty)
            _logprobs.Add(next.Json.ToArray());
    }

    private void Write(AnswerEnd end)
    {
        using var json = new Utf8JsonWriter(Output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, context.IdOf("chatcmpl-", Id));
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, context.CreatedAt(Created));
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        WriteMessage(json);
        WriteLogprobs(json);
        json.WriteString("finish_reason"u8, ChatFinishReason.Write(end.Outcome, _calls.Count > 0));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        ChatUsage.Write(json, end.Usage ?? context.EstimateUsage((long)_text.Length + (_thought?.Length ?? 0) + (_refusal?.Length ?? 0)));
        if (end.ServiceTier is not null)
            json.WriteString("service_tier"u8, end.ServiceTier);
        json.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter json)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        WriteText(json, "content"u8, _text.IsEmpty && (_calls.Count > 0 || _refusal is not null) ? null : _text);
        WriteText(json, "refusal"u8, _refusal);
        if (_thought is not null)
            WriteText(json, "reasoning_content"u8, _thought);
        if (_details.Count > 0)
            WriteItems(json, "reasoning_details"u8, _details);
        if (_calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var (_, call) in _calls)
                call.Write(json);
            json.WriteEndArray();
        }

        WriteItems(json, "annotations"u8, _annotations);
        json.WriteEndObject();
    }

    private void WriteLogprobs(Utf8JsonWriter json)
    {
        if (_logprobs.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        WriteItems(json, "content"u8, _logprobs);
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, EscapedText? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteRaw(name, text.Token);
    }

    private static void WriteItems(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<byte[]> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteRawValue(item, skipInputValidation: true);
        json.WriteEndArray();
    }

    private sealed class Call(bool takesText, string id, string name)
    {
        public EscapedText Payload { get; } = new();

        public void Write(Utf8JsonWriter json)
        {
            var kind = takesText ? "custom"u8 : "function"u8;
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("type"u8, kind);
            json.WriteStartObject(kind);
            json.WriteString("name"u8, name);
            json.WriteRaw(takesText ? "input"u8 : "arguments"u8, !takesText && Payload.IsEmpty ? "\"{}\""u8 : Payload.Token);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
