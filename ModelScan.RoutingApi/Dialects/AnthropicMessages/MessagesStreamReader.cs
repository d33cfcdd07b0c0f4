using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// Reads a streamed message (https://docs.anthropic.com/en/docs/build-with-claude/streaming). It ends with <c>message_stop</c>, or with the
/// connection where a stop reason has come before: the reason is the last thing that matters, and only the word that it was the last is
/// missing then.
/// </summary>
internal sealed class MessagesStreamReader(AnswerContext context) : SseAnswerReader
{
    private readonly MessagesAnswer _answer = new(context);

    protected override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, IAnswerSink sink)
    {
        var counts = _answer.Counts;
        if (!MessagesEvent.TryRead(data, ref counts, out var next))
            return;
        _answer.Counts = counts;
        switch (next.Kind)
        {
            case MessagesEventKind.BlockDelta:
                _answer.Add(in next, sink);
                break;
            case MessagesEventKind.BlockStart:
                _answer.StartBlock(in next, sink);
                break;
            case MessagesEventKind.BlockStop:
                _answer.EndBlock(next.Index, sink);
                break;
            case MessagesEventKind.MessageStart:
                _answer.Name(next.Id);
                Report(in next, data, sink);
                break;
            case MessagesEventKind.MessageDelta:
                if (next.StopReason.Length > 2)
                    _answer.StopReason = EscapedText.Decode(next.StopReason);
                Report(in next, data, sink);
                break;
            case MessagesEventKind.MessageStop:
                _answer.End(sink);
                break;
            case MessagesEventKind.Error:
            case MessagesEventKind.Other when name.SequenceEqual("error"u8):
                _answer.Fail(ProviderError.Read(context.ProviderName, data).Error, sink);
                break;
            case MessagesEventKind.Other when !next.OtherType.IsEmpty:
                sink.LeaveOut("stream", next.OtherType);
                break;
        }
    }

    private static void Report(scoped ref readonly MessagesEvent next, ReadOnlySpan<byte> data, IAnswerSink sink)
    {
        if (!next.OtherMember.IsEmpty)
            sink.LeaveOut("message", next.OtherMember);
        MessagesEvent.ReportUsage(data, sink);
    }

    protected override void Finish(IAnswerSink sink)
    {
        if (_answer.StopReason is not null)
            _answer.End(sink);
        else
            _answer.Fail(AnswerErrors.Cut(context), sink);
    }
}
