using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Writes a whole message: a block for each part.</summary>
internal sealed class MessagesAnswerWriter(AnswerContext context) : AnswerWriter
{
    private readonly List<MessagesPart> _parts = [];
    private AnswerEnd? _end;

    public override bool IsComplete => _end is not null;

    public override ClientError? Error => _end?.Error;

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.PartBegin:
                _parts.Add(new MessagesPart(in next));
                break;
            case AnswerEventKind.End:
                _end = next.End;
                if (_end!.Error is null)
                    Write(_end);
                break;
            default:
                if (next.Part < _parts.Count)
                    _parts[next.Part].Keep(in next);
                break;
        }
    }

    public override void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }

    private void Write(AnswerEnd end)
    {
        using var json = new Utf8JsonWriter(Output, WireJson.Options);
        json.WriteStartObject();
        MessagesJson.WriteHead(json, context.IdOf("msg_", Id), context.Model);
        json.WriteStartArray("content"u8);
        var (blocks, calls, bytes, isRefusal) = (0, 0, 0L, false);
        foreach (var part in _parts)
        {
            blocks += Write(json, part) ? 1 : 0;
            calls += part.IsCall ? 1 : 0;
            bytes += part.Length;
            isRefusal |= part.Kind == PartKind.Refusal;
        }

        if (blocks == 0)
            WriteText(json, "\"\""u8, [], null);
        json.WriteEndArray();
        MessagesJson.WriteStop(json, MessagesStopReason.Write(end.Outcome, calls > 0, isRefusal), end.StopSequence);
        MessagesUsage.Write(json, end.Usage ?? context.EstimateUsage(bytes));
        json.WriteEndObject();
    }

    private bool Write(Utf8JsonWriter json, MessagesPart part)
    {
        switch (part.Kind)
        {
            case PartKind.Thought:
                return WriteThought(json, part);
            case PartKind.Call or PartKind.TextCall:
                WriteCall(json, part);
                return true;
            default:
                if (part.Length == 0)
                    return false;
                WriteText(json, part.Text.Token, part.Citations, part.Citations.Any(citation => citation.Range is not null) ? new CodePointText(part.Text.ToString()) : null);
                return true;
        }
    }

    private bool WriteThought(Utf8JsonWriter json, MessagesPart part)
    {
        var state = part.State is null ? default : part.State.ToEvent(part.Number);
        var hasContent = part.State is not null && MessagesThoughts.HasContent(in state);
        using var room = part.State?.Kind is null or ThoughtStateKind.Signature or ThoughtStateKind.Redacted ? null : new PooledBuffer();
        if (part.State?.Kind == ThoughtStateKind.Redacted)
            return WriteRedacted(json, state.Token);
        if (context.Thoughts == ThoughtDisplay.Hidden)
            return hasContent && context.HasTools && WriteRedacted(json, MessagesThoughts.Signature(in state, context, room));
        if (part.Length == 0 && !hasContent)
            return false;
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteRaw("thinking"u8, part.Text.Token);
        json.WriteRaw("signature"u8, part.State is not null && MessagesThoughts.Signature(in state, context, room) is { Length: > 0 } signature ? signature : "\"\""u8);
        json.WriteEndObject();
        return true;
    }

    private static bool WriteRedacted(Utf8JsonWriter json, ReadOnlySpan<byte> data)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "redacted_thinking"u8);
        json.WriteRaw("data"u8, data);
        json.WriteEndObject();
        return true;
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> token, IReadOnlyList<AnswerCitation> citations, CodePointText? text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteRaw("text"u8, token);
        if (citations.Count > 0)
        {
            json.WriteStartArray("citations"u8);
            foreach (var citation in citations)
                json.WriteRawValue(MessagesCitation.ToJson(citation, text is not null && citation.Range is { } range ? text.Slice(range.Start, range.End).ToString() : ""), skipInputValidation: true);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter json, MessagesPart part)
    {
        var id = ToolCallId.ForMessages(part.Id ?? $"toolu_{context.NewId()}", part.Extra);
        MessagesJson.WriteToolUseHead(json, id, context.Tool(part.Name!).Name);
        json.WritePropertyName("input"u8);
        if (part.Kind == PartKind.TextCall)
            json.WriteRawValue(CustomToolInput.ToArguments(part.Text.Token), skipInputValidation: true);
        else
            ToolArguments.WriteObject(json, part.Text.Token, JsonRepair.ObjectOf);
        json.WriteEndObject();
    }
}
