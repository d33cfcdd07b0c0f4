using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates an event stream of Converse into the events of a message.</summary>
/// <remarks>
/// <code>
/// 1  messageStart writes nothing: until there is content the request can go to another provider
/// 2  the first block or delta writes message_start
/// 3  texts and thoughts open their block by their first delta, calls by contentBlockStart; contentBlockStop closes
/// 4  a thought's signature is kept until the thought ends, and then written whole
/// 5  messageStop is kept: the usage comes behind it, with metadata
/// 6  metadata, or the end of the stream behind messageStop, writes message_delta and message_stop
/// 7  an exception, or an end without messageStop, writes an error event
/// </code>
/// </remarks>
internal sealed class ConverseToMessagesStream(TranslationContext context, ChatToolNames toolNames, long estimatedInput)
    : MessagesClientStream<EventStreamReader>(new EventStreamReader(), new MessagesEventWriter(context.ClientModel, context.Capabilities.RepairToolArguments))
{
    private const int NoBlock = -1;

    private readonly EscapedText _signature = new();

    private MessagesCounts _counts;
    private bool _hasUsage;
    private string? _stopReason;
    private string? _stopSequence;
    private int _toolIndex = NoBlock;
    private long _outputBytes;

    public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        Reader.Append(piece);
        while (!IsComplete && Reader.TryRead(out var message))
            Take(message, client);
        ReleaseWhenComplete();
    }

    public override void End(IBufferWriter<byte> client)
    {
        if (!IsComplete && _stopReason is not null && !Reader.IsInsideMessage)
            Finish(client);
        if (!IsComplete)
            Fail(new ClientError(StatusCodes.Status502BadGateway, Named("closed the stream before the answer was complete"), "api_error"), client);
        ReleaseWhenComplete();
    }

    private void Take(EventStreamMessage message, IBufferWriter<byte> client)
    {
        var payload = Utf8.IsValid(message.Payload) ? message.Payload : ProviderText.Valid(message.Payload);
        var counts = _counts;
        var isRead = ConverseEvent.TryRead(payload, ref counts, out var read);
        if (!message.MessageType.SequenceEqual("event"u8) && !message.MessageType.IsEmpty)
        {
            TakeException(message, read.Message, client);
            return;
        }

        // What is not JSON is passed over: one broken event need not cost the answer. If it was the last, its absence is noticed at the end.
        if (!isRead)
            return;
        _counts = counts;
        _hasUsage |= read.HasUsage;
        if (message.EventType.SequenceEqual("metadata"u8))
        {
            if (_stopReason is not null)
                Finish(client);
        }
        else if (message.EventType.SequenceEqual("messageStop"u8))
        {
            _stopReason = read.StopReason.Length > 2 ? EscapedText.Decode(read.StopReason) : "end_turn";
            _stopSequence = read.StopSequence.Length > 2 ? EscapedText.Decode(read.StopSequence) : null;
        }
        else if (_stopReason is not null)
        {
            // Behind the end of the message there is nothing but its usage.
        }
        else if (message.EventType.SequenceEqual("contentBlockDelta"u8))
        {
            TakeDelta(read, client);
        }
        else if (message.EventType.SequenceEqual("contentBlockStart"u8))
        {
            TakeStart(read, client);
        }
        else if (message.EventType.SequenceEqual("contentBlockStop"u8))
        {
            CloseBlock(client);
        }
    }

    private void TakeException(EventStreamMessage message, ReadOnlySpan<byte> said, IBufferWriter<byte> client)
    {
        var text = said.Length > 2 ? EscapedText.Decode(said) : Encoding.UTF8.GetString(message.ErrorMessage);
        Events.Fail(client, ConverseFailure.InStream(context.ProviderName, Encoding.UTF8.GetString(message.ExceptionType), text));
    }

    private void TakeStart(ConverseEvent read, IBufferWriter<byte> client)
    {
        // A tool that runs at Amazon is passed over; the texts say what comes of it.
        if (!read.IsToolUse || read.Name.Length <= 2 || read.Type.SequenceEqual("\"server_tool_use\""u8))
            return;
        CloseBlock(client);
        Start(client);
        var id = read.ToolUseId.Length > 2 ? EscapedText.Decode(read.ToolUseId) : $"toolu_{context.NewId()}";
        Events.OpenToolUse(client, id, toolNames.ForClient(EscapedText.Decode(read.Name)));
        _toolIndex = read.Index;
    }

    private void TakeDelta(ConverseEvent read, IBufferWriter<byte> client)
    {
        _outputBytes += read.Text.Length + read.Input.Length + read.Thought.Length;
        if (read.Text.Length > 2)
        {
            EndThoughtAndCall(client);
            Events.Text(client, read.Text);
        }
        else if (read.Input.Length > 2)
        {
            if (_toolIndex != NoBlock && read.Index == _toolIndex)
                Events.ToolInput(client, read.Input);
        }
        else if (read.Thought.Length > 2)
        {
            // Behind its signature a thought is over: what follows is another.
            if (!_signature.IsEmpty)
                CloseBlock(client);
            Start(client);
            _toolIndex = NoBlock;
            Events.Thinking(client, read.Thought);
        }
        else if (read.Signature.Length > 2)
        {
            Start(client);
            if (!Events.IsThinkingOpen)
                Events.Thinking(client, "\"\""u8);
            _toolIndex = NoBlock;
            _signature.Append(read.Signature);
        }
        else if (read.Redacted.Length > 2)
        {
            CloseBlock(client);
            Start(client);
            Events.RedactedThinking(client, ConverseThought.ForClient(context.Capabilities.ReasoningFamily, read.Redacted));
        }
        else if (!read.Citation.IsEmpty)
        {
            TakeCitation(read.Citation, client);
        }
    }

    private void TakeCitation(ReadOnlySpan<byte> json, IBufferWriter<byte> client)
    {
        byte[] citation;
        try
        {
            citation = ConverseToMessagesCitation.Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return;
        }

        if (citation.Length == 0)
            return;
        EndThoughtAndCall(client);
        Events.Citation(client, citation);
    }

    // Text begins: whatever else is open ends with what it still wants.
    private void EndThoughtAndCall(IBufferWriter<byte> client)
    {
        Start(client);
        if (Events.IsThinkingOpen || _toolIndex != NoBlock)
            CloseBlock(client);
    }

    private void CloseBlock(IBufferWriter<byte> client)
    {
        if (Events.IsThinkingOpen && ConverseThought.ForClient(context.Capabilities.ReasoningFamily, _signature.IsEmpty ? default : _signature.Token) is { Length: > 2 } signature)
            Events.Signature(client, signature);
        else
            Events.CloseBlock(client);
        _signature.Clear();
        _toolIndex = NoBlock;
    }

    private void Start(IBufferWriter<byte> client)
    {
        if (!Events.HasStarted)
            Events.Start(client, $"msg_{context.NewId()}", new TokenTotals(estimatedInput, 0, 0, 0, 0));
    }

    private void Finish(IBufferWriter<byte> client)
    {
        if (ConverseStopReason.ErrorOf(_stopReason!, context) is { } error)
        {
            Events.Fail(client, error);
            return;
        }

        Start(client);
        CloseBlock(client);
        var usage = _hasUsage ? _counts.ToUsage() : new TokenTotals(estimatedInput, 0, 0, Math.Max(1, _outputBytes / 4), 0);
        Events.Finish(client, ConverseStopReason.ToMessages(_stopReason!, Events.HasToolUse), _stopSequence, usage);
    }

    private string Named(string what) => $"{(context.ProviderName.Length > 0 ? context.ProviderName : "the provider")} {what}";
}
