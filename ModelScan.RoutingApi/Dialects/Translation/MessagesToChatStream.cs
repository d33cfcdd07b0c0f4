using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates the events of a streamed message into chat completion chunks.</summary>
/// <remarks>
/// <code>
/// 1  message_start is kept, not written: until there is content the request can go to another provider
/// 2  the first block writes the chunk with the role
/// 3  text and thinking deltas are copied; a tool_use block opens the next tool call; a thought's signature goes out when its block closes
/// 4  message_delta is kept; message_stop writes the finish reason, the usage if the client wants it, and [DONE]
/// 5  an error event, or an end without message_stop, writes an error chunk and no [DONE]
/// </code>
/// </remarks>
internal sealed class MessagesToChatStream(TranslationContext context, bool wantsUsage) : StreamTranslation, IDisposable
{
    private enum Block
    {
        Other,
        Text,
        Thinking,
        ToolUse,
    }

    private readonly SseReader _reader = new();
    private readonly ChatChunkWriter _chunks = new(context.ClientModel, context.Time.GetUtcNow().ToUnixTimeSeconds());
    private readonly EscapedText _thought = new();
    private readonly List<byte[]> _citations = [];

    private MessagesCounts _counts;
    private string? _id;
    private string _stopReason = "";
    private Block _open;
    private int _openIndex = -1;
    private int _call = -1;
    private bool _hasArguments;
    private byte[] _input = [];
    private byte[] _signature = [];
    private int _details;
    private int _textLength;
    private int _blockStart;

    public override bool IsComplete => _chunks.IsComplete;

    public override ClientError? Error => _chunks.Error;

    public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        _reader.Append(piece);
        while (!IsComplete && _reader.TryRead(out var next))
            Take(next, client);
        ReleaseWhenComplete();
    }

    public override void End(IBufferWriter<byte> client)
    {
        if (!IsComplete && _reader.TryReadRest(out var rest))
            Take(rest, client);
        if (!IsComplete)
        {
            var provider = context.ProviderName.Length > 0 ? context.ProviderName : "the provider";
            _chunks.Fail(client, new ClientError(StatusCodes.Status502BadGateway, $"{provider} closed the stream before the answer was complete", "ProviderError"));
        }

        ReleaseWhenComplete();
    }

    public override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        _chunks.Fail(client, error);
        ReleaseWhenComplete();
    }

    /// <summary>Gives its buffers back; happens by itself when the stream ends.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        _chunks.Dispose();
    }

    private void ReleaseWhenComplete()
    {
        if (IsComplete)
            Dispose();
    }

    private void Take(SseEvent next, IBufferWriter<byte> client)
    {
        var data = next.Data;
        if (!Utf8.IsValid(data))
            data = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(data));
        // What is not JSON is passed over: one broken event need not cost the answer. If it was the last, its absence is noticed at the end.
        // Its counts do not count.
        var counts = _counts;
        if (!MessagesEvent.TryRead(data, ref counts, out var read))
            return;
        _counts = counts;
        switch (read.Kind)
        {
            case MessagesEventKind.BlockDelta:
                TakeDelta(read, client);
                break;
            case MessagesEventKind.BlockStart:
                OpenBlock(read, client);
                break;
            case MessagesEventKind.BlockStop:
                CloseBlock(client);
                break;
            case MessagesEventKind.MessageStart:
                _id ??= read.Id.Length > 2 ? EscapedText.Decode(read.Id) : null;
                break;
            case MessagesEventKind.MessageDelta:
                _stopReason = read.StopReason.Length > 2 ? EscapedText.Decode(read.StopReason) : _stopReason;
                break;
            case MessagesEventKind.MessageStop:
                Finish(client);
                break;
            case MessagesEventKind.Error:
            case MessagesEventKind.Other when next.Name.SequenceEqual("error"u8):
                _chunks.Fail(client, ProviderError.Read(context.ProviderName, data).Error);
                break;
        }
    }

    private void OpenBlock(MessagesEvent read, IBufferWriter<byte> client)
    {
        CloseBlock(client);
        _openIndex = read.Index;
        if (read.Type.SequenceEqual("\"text\""u8))
        {
            _open = Block.Text;
            _blockStart = _textLength;
            WriteText(read.Text, client);
        }
        else if (read.Type.SequenceEqual("\"thinking\""u8))
        {
            _open = Block.Thinking;
            _signature = read.Signature.Length > 2 ? read.Signature.ToArray() : [];
            WriteThought(read.Thinking, client);
        }
        else if (read.Type.SequenceEqual("\"redacted_thinking\""u8))
        {
            Start(client);
            _chunks.Item(client, "reasoning_details"u8, ThoughtDetail.Encrypted(read.Opaque.IsEmpty ? "\"\""u8 : read.Opaque, _details++));
        }
        else if (read.Type.SequenceEqual("\"tool_use\""u8) && read.Name.Length > 2)
        {
            Start(client);
            _open = Block.ToolUse;
            _call = _chunks.OpenToolCall(client, read.Id.Length > 2 ? EscapedText.Decode(read.Id) : $"call_{context.NewId()}", EscapedText.Decode(read.Name));
            _hasArguments = false;
            _input = read.Input.Length > 2 && read.Input[0] == '{' ? CompactJson.Of(read.Input) : "{}"u8.ToArray();
        }
    }

    private void TakeDelta(MessagesEvent read, IBufferWriter<byte> client)
    {
        if (read.Index != _openIndex)
            return;
        switch (_open)
        {
            case Block.Text when read.Type.SequenceEqual("\"text_delta\""u8):
                WriteText(read.Text, client);
                break;
            case Block.Text when read.Type.SequenceEqual("\"citations_delta\""u8) && !read.Citation.IsEmpty:
                _citations.Add(read.Citation.ToArray());
                break;
            case Block.Thinking when read.Type.SequenceEqual("\"thinking_delta\""u8):
                WriteThought(read.Thinking, client);
                break;
            case Block.Thinking when read.Type.SequenceEqual("\"signature_delta\""u8):
                _signature = read.Signature.Length > 2 ? read.Signature.ToArray() : _signature;
                break;
            case Block.ToolUse when read.Type.SequenceEqual("\"input_json_delta\""u8) && read.PartialJson.Length > 2:
                _hasArguments = true;
                _chunks.Arguments(client, _call, read.PartialJson);
                break;
        }
    }

    private void CloseBlock(IBufferWriter<byte> client)
    {
        switch (_open)
        {
            case Block.Thinking when _signature.Length > 0 || !_thought.IsEmpty:
                Start(client);
                _chunks.Item(client, "reasoning_details"u8, ThoughtDetail.Text(_thought.Token, _signature, _details++));
                _thought.Clear();
                break;
            case Block.ToolUse when !_hasArguments:
                _chunks.Arguments(client, _call, EscapedText.TokenOf(Encoding.UTF8.GetString(_input)));
                break;
            case Block.Text:
                WriteCitations(client);
                break;
        }

        (_open, _openIndex) = (Block.Other, -1);
    }

    private void WriteText(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        Start(client);
        _chunks.Text(client, token);
        _textLength += CodePoints.InToken(token);
    }

    private void WriteThought(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        Start(client);
        _thought.Append(token);
        _chunks.Reasoning(client, token);
    }

    private void WriteCitations(IBufferWriter<byte> client)
    {
        foreach (var citation in _citations)
        {
            using var document = JsonDocument.Parse(citation);
            var output = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(output, WireJson.Options);
            if (!UrlCitation.TryWriteForChat(json, new AnswerField(document.RootElement), _blockStart, _textLength))
                continue;
            json.Flush();
            _chunks.Item(client, "annotations"u8, output.WrittenSpan);
        }

        _citations.Clear();
    }

    private void Start(IBufferWriter<byte> client) => _chunks.Start(client, MessagesToChatResponse.CompletionId(_id, context));

    private void Finish(IBufferWriter<byte> client)
    {
        Start(client);
        CloseBlock(client);
        _chunks.Finish(client, MessagesStopReason.ToChat(_stopReason, _chunks.ToolCalls > 0), wantsUsage ? _counts.ToUsage() : null);
    }
}
