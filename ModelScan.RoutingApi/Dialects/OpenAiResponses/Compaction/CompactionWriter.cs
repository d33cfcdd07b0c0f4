using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

/// <summary>
/// Writes a summary as the compaction that was asked for: one item, and nothing of the words that the model took to get there.
/// </summary>
/// <remarks>
/// <code>
/// /v1/responses, compaction_trigger   a response whose output is one item: {"type": "compaction", "id": "cmp_…", "encrypted_content": "ms1.summary.…"}
/// /v1/responses/compact               {"object": "response.compaction", "output": [what the user said…, that item], "usage": {…}}
/// </code>
/// A model that says nothing has failed: a client would go on without its conversation.
/// </remarks>
internal sealed class CompactionWriter(AnswerContext context, bool isWhole) : AnswerWriter
{
    private readonly EscapedText _summary = new();
    private ResponsesEventWriter? _events;
    private ClientError? _error;
    private bool _isComplete;

    public override bool IsComplete => _isComplete;

    public override ClientError? Error => _error;

    public override void Dispose()
    {
        _summary.Dispose();
        _events?.Dispose();
    }

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.Delta when next.PartKind == PartKind.Text:
                _summary.Append(next.Token);
                break;
            case AnswerEventKind.PartBegin when next.PartKind == PartKind.Text && !_summary.IsEmpty:
                _summary.Append("\"\\n\\n\""u8);
                break;
            case AnswerEventKind.End:
                Finish(next.End!);
                break;
        }

        // A sign of life: the summary takes its time.
        if (!isWhole && !_isComplete)
            Events().Start(Output);
    }

    private void Finish(AnswerEnd end)
    {
        _isComplete = true;
        var error = end.Error
            ?? (end.Outcome == AnswerOutcome.Refused ? context.Error("refused to summarize the conversation")
                : end.IsCut ? context.Error("did not come to the end of its summary of the conversation")
                : _summary.IsEmpty ? context.Error("gave no summary of the conversation") : null);
        if (error is not null)
        {
            _error = StreamErrors.ForResponses(error);
            if (!isWhole)
                Events().Fail(Output, _error, end.Usage);
            return;
        }

        var seal = CompactionSeal.Seal(_summary.ToString());
        var usage = end.Usage ?? context.EstimateUsage(_summary.Length);
        if (context.Compaction!.IsResource)
            WriteResource(seal, usage);
        else
            Events().CompleteWith(Output, seal, usage);
    }

    private void WriteResource(string seal, TokenTotals usage)
    {
        using var json = new Utf8JsonWriter(Output, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, context.IdOf("resp_", Id));
        json.WriteString("object"u8, "response.compaction"u8);
        json.WriteNumber("created_at"u8, context.CreatedAt(Created));
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("output"u8);
        foreach (var item in context.Compaction!.Kept)
            json.WriteRawValue(item, skipInputValidation: true);
        json.WriteStartObject();
        json.WriteString("id"u8, "cmp_" + context.NewId());
        json.WriteString("type"u8, "compaction"u8);
        json.WriteString("encrypted_content"u8, seal);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        ResponseUsage.Write(json, usage);
        json.WriteEndObject();
    }

    private ResponsesEventWriter Events() =>
        _events ??= new ResponsesEventWriter(new ResponseEnvelope(context.IdOf("resp_", Id), context.CreatedAt(Created), context.Model, context.Time, context.Echo), context.NewId, isWhole);
}
