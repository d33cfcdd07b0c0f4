using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// Reads an event stream of Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html). The usage
/// comes behind the reason, with <c>metadata</c>, which ends it; so does the connection behind <c>messageStop</c>; an exception, or the
/// connection without it, ends it as a failure.
/// </summary>
internal sealed class ConverseStreamReader(AnswerContext context) : AnswerStreamReader
{
    private readonly EventStreamReader _frames = new();
    private readonly ConverseAnswer _answer = new(context);

    public override int Held => _frames.Held;

    public override void Read(ReadOnlySpan<byte> piece, IAnswerSink sink)
    {
        if (sink.IsComplete)
            return;
        _frames.Append(piece);
        while (!sink.IsComplete && _frames.TryRead(out var message))
            Take(message, sink);
    }

    public override void End(IAnswerSink sink)
    {
        if (sink.IsComplete)
            return;
        if (_answer.StopReason is not null && !_frames.IsInsideMessage)
            _answer.End(sink);
        else
            _answer.Fail(AnswerErrors.Cut(context), sink);
    }

    public override void Dispose()
    {
        _frames.Dispose();
        _answer.Dispose();
    }

    private void Take(EventStreamMessage message, IAnswerSink sink)
    {
        var counts = _answer.Counts;
        var isRead = ConverseEvent.TryRead(ProviderText.Valid(message.Payload), ref counts, out var read);
        if (!message.MessageType.SequenceEqual("event"u8) && !message.MessageType.IsEmpty)
        {
            var said = read.Message.Length > 2 ? EscapedText.Decode(read.Message) : Encoding.UTF8.GetString(message.ErrorMessage);
            _answer.Fail(ConverseFailure.InStream(context.ProviderName, Encoding.UTF8.GetString(message.ExceptionType), said), sink);
            return;
        }

        // What is not JSON is passed over: one broken event need not cost the answer. If it was the last, its absence is noticed at the end.
        if (!isRead)
            return;
        if (read.HasUsage)
            _answer.Count(counts);
        if (message.EventType.SequenceEqual("metadata"u8))
        {
            if (_answer.StopReason is not null)
                _answer.End(sink);
        }
        else if (message.EventType.SequenceEqual("messageStop"u8))
        {
            _answer.StopReason = read.StopReason.Length > 2 ? EscapedText.Decode(read.StopReason) : "end_turn";
            _answer.StopSequence = read.StopSequence.Length > 2 ? EscapedText.Decode(read.StopSequence) : null;
        }
        else if (_answer.StopReason is not null)
        {
            // Behind the end of the message there is nothing but its usage.
        }
        else if (message.EventType.SequenceEqual("contentBlockDelta"u8))
        {
            TakeDelta(read, sink);
        }
        else if (message.EventType.SequenceEqual("contentBlockStart"u8))
        {
            if (read.IsToolUse && read.Name.Length > 2 && !read.Type.SequenceEqual("\"server_tool_use\""u8))
                _answer.BeginCall(read.Index, read.ToolUseId, read.Name, sink);
            else if (!read.OtherMember.IsEmpty || read.IsToolUse)
                sink.LeaveOut("content", read.IsToolUse ? read.Type : read.OtherMember);
        }
        else if (message.EventType.SequenceEqual("contentBlockStop"u8))
        {
            _answer.Close(sink);
        }
    }

    private void TakeDelta(ConverseEvent read, IAnswerSink sink)
    {
        if (read.Text.Length > 2)
            _answer.Say(read.Text, sink);
        else if (read.Input.Length > 2)
            _answer.AddInput(read.Index, read.Input, sink);
        else if (read.Thought.Length > 2)
            _answer.Think(read.Thought, sink);
        else if (read.Signature.Length > 2)
            _answer.Sign(read.Signature, sink);
        else if (read.Redacted.Length > 2)
            _answer.Hide(read.Redacted, sink);
        else if (!read.Citation.IsEmpty)
            _answer.Cite(read.Citation, sink);
        else if (!read.OtherMember.IsEmpty)
            sink.LeaveOut("contentBlockDelta", read.OtherMember);
    }
}
