using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Reads a streamed response (https://platform.openai.com/docs/api-reference/responses-streaming). It ends with
/// <c>response.completed</c> or <c>response.incomplete</c>, with an error, or, with none of them, broken off.
/// </summary>
internal sealed class ResponsesStreamReader(AnswerContext context) : SseAnswerReader
{
    private readonly ResponsesAnswer _answer = new(context);

    protected override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, IAnswerSink sink)
    {
        try
        {
            if (ResponsesEvent.TryRead(data, out var next))
                Take(in next, data, sink);
        }
        catch (Exception exception) when (exception is JsonException or InvalidRequestException)
        {
            // Not an event; what follows may be.
        }
    }

    protected override void Finish(IAnswerSink sink) => sink.End(AnswerEnd.Failed(AnswerErrors.Cut(context)));

    private void Take(scoped ref readonly ResponsesEvent next, ReadOnlySpan<byte> data, IAnswerSink sink)
    {
        switch (next.Kind)
        {
            case ResponsesEventKind.TextDelta:
                _answer.Say(in next, PartKind.Text, next.Delta, isWhole: false, sink);
                break;
            case ResponsesEventKind.PayloadDelta:
                _answer.AddPayload(in next, sink);
                break;
            case ResponsesEventKind.SummaryDelta or ResponsesEventKind.OlderSummaryDelta:
                _answer.Think(in next, isSummary: true, next.Delta, isWhole: false, sink);
                break;
            case ResponsesEventKind.ReasoningDelta or ResponsesEventKind.OlderReasoningDelta:
                _answer.Think(in next, isSummary: false, next.Delta, isWhole: false, sink);
                break;
            case ResponsesEventKind.RefusalDelta:
                _answer.Say(in next, PartKind.Refusal, next.Delta, isWhole: false, sink);
                break;
            case ResponsesEventKind.Created:
                _answer.Name(in next);
                break;
            case ResponsesEventKind.ItemAdded:
                _answer.Add(in next, sink);
                break;
            case ResponsesEventKind.TextDone:
                _answer.Say(in next, PartKind.Text, next.Text, isWhole: true, sink);
                break;
            case ResponsesEventKind.RefusalDone:
                _answer.Say(in next, PartKind.Refusal, next.Text, isWhole: true, sink);
                break;
            case ResponsesEventKind.SummaryDone:
                _answer.Think(in next, isSummary: true, next.Text, isWhole: true, sink);
                break;
            case ResponsesEventKind.ReasoningDone:
                _answer.Think(in next, isSummary: false, next.Text, isWhole: true, sink);
                break;
            case ResponsesEventKind.Annotation:
                _answer.Cite(in next, sink);
                break;
            case ResponsesEventKind.PayloadDone:
                _answer.SetPayload(in next, sink);
                break;
            case ResponsesEventKind.ItemDone:
                _answer.EndItem(in next, isLast: false, sink);
                break;
            case ResponsesEventKind.Completed or ResponsesEventKind.Incomplete:
                _answer.End(in next, next.Kind == ResponsesEventKind.Incomplete, sink);
                break;
            case ResponsesEventKind.Failed or ResponsesEventKind.Cancelled or ResponsesEventKind.Error:
                sink.End(AnswerEnd.Failed(ResponsesError.Read(context, in next, data), next.Usage));
                break;
        }
    }
}
