using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a streamed message into the events of a response.</summary>
/// <remarks>
/// <code>
/// message_start              response.created, response.in_progress
/// text block                 a message; neighbouring text blocks are one text
/// thinking block             a reasoning item with its text as the summary; what has to come back is sealed into its end
/// tool_use block             a call; a custom tool's text is known when its JSON is complete
/// message_delta, …_stop      response.completed or response.incomplete
/// error                      error, response.failed
/// ping, others               nothing
/// </code>
/// </remarks>
internal sealed class MessagesToResponsesStream(TranslationContext context, ResponsesToMessagesRequest request) : StreamTranslation, IDisposable
{
    // More blocks than any answer has; a provider that sends more is broken.
    private const int MaxBlocks = 4096;

    private readonly SseReader _sse = new();
    private readonly List<Block> _blocks = [];
    private ResponsesEventWriter? _writer;
    private MessagesCounts _counts;
    private bool _sawCounts;
    private string? _stopReason;
    private ClientError? _error;
    private int _textLength;

    private enum BlockKind
    {
        Other,
        Text,
        Thinking,
        Call,
    }

    public override bool IsComplete => _writer is { IsComplete: true };

    public override ClientError? Error => _error;

    public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        _sse.Append(piece);
        while (!IsComplete && _sse.TryRead(out var next))
            Take(ProviderText.Valid(next.Data), client);
        Release();
    }

    public override void End(IBufferWriter<byte> client)
    {
        if (!IsComplete && _sse.TryReadRest(out var last))
            Take(ProviderText.Valid(last.Data), client);

        // The reason is the last thing that matters; only the word that it was the last is missing.
        if (!IsComplete && _stopReason is not null)
            Complete(client);
        if (!IsComplete)
            Fail(StreamErrors.Cut, client);
        Release();
    }

    public override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        _error = error;
        Writer(null).Fail(client, error, _sawCounts ? _counts.ToUsage() : null);
        Release();
    }

    public void Dispose()
    {
        _sse.Dispose();
        _writer?.Dispose();
    }

    private void Release()
    {
        if (IsComplete)
            Dispose();
    }

    private void Take(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        var counts = _counts;
        if (!MessagesEvent.TryRead(data, ref counts, out var next))
            return;
        _sawCounts |= counts != _counts;
        _counts = counts;
        switch (next.Kind)
        {
            case MessagesEventKind.MessageStart:
                Writer(Text(next.Id)).Start(client);
                break;
            case MessagesEventKind.BlockStart:
                StartBlock(ref next, client);
                break;
            case MessagesEventKind.BlockDelta:
                if (Find(next.Index) is { } changed)
                    Add(changed, ref next, client);
                break;
            case MessagesEventKind.BlockStop:
                if (Find(next.Index) is { } ended)
                    EndBlock(ended, client);
                break;
            case MessagesEventKind.MessageDelta:
                _stopReason = Text(next.StopReason) ?? _stopReason;
                break;
            case MessagesEventKind.MessageStop:
                Complete(client);
                break;
            case MessagesEventKind.Error:
                Fail(StreamErrors.ForResponses(ProviderError.Read(context.ProviderName, data).Error), client);
                break;
        }
    }

    private void StartBlock(ref MessagesEvent start, IBufferWriter<byte> client)
    {
        if (Find(start.Index) is { } earlier)
            EndBlock(earlier, client);
        if (start.Index < 0 || _blocks.Count >= MaxBlocks)
            return;
        var type = Text(start.Type);
        var block = new Block(start.Index) { Kind = KindOf(type) };
        _blocks.Add(block);
        switch (block.Kind)
        {
            case BlockKind.Text:
                AddText(block, start.Text, client);
                break;
            case BlockKind.Thinking:
                block.IsRedacted = type == "redacted_thinking";
                if (!start.Opaque.IsEmpty)
                    block.Opaque.Append(start.Opaque);
                AddThought(block, ref start, client);
                break;
            case BlockKind.Call:
                var name = Text(start.Name) ?? "";
                var (kind, own, space) = MessagesToResponsesResponse.Describe(request.Tools, name);
                block.Call = Writer(null).BeginCall(client, kind, Text(start.Id) ?? "call_" + context.NewId(), own, space);
                if (start.Input.Length > "{}"u8.Length)
                    block.Input = RequestBody.SingleLine(start.Input);
                break;
        }
    }

    private void Add(Block block, ref MessagesEvent delta, IBufferWriter<byte> client)
    {
        switch (block.Kind)
        {
            case BlockKind.Text:
                AddText(block, delta.Text, client);
                if (!delta.Citation.IsEmpty)
                    (block.Citations ??= []).Add(delta.Citation.ToArray());
                break;
            case BlockKind.Thinking:
                AddThought(block, ref delta, client);
                break;
            case BlockKind.Call when !delta.PartialJson.IsEmpty:
                // The text of a custom tool stands inside the JSON, so it cannot be passed on in pieces.
                if (block.Call!.Kind == OutputItemKind.FunctionCall)
                    Writer(null).Payload(client, block.Call, delta.PartialJson);
                else
                    block.Opaque.Append(delta.PartialJson);
                break;
        }
    }

    private void AddText(Block block, ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        var writer = Writer(null);
        var isFirst = writer.Items.Count == 0 || writer.Items[^1] is not { Kind: OutputItemKind.Message, IsDone: false };
        if (isFirst)
            _textLength = 0;
        if (isFirst || !block.HasText)
            block.TextStart = _textLength;
        block.HasText = true;
        writer.Text(client, token);
        _textLength += CodePoints.InToken(token);
    }

    private void AddThought(Block block, ref MessagesEvent part, IBufferWriter<byte> client)
    {
        if (!part.Signature.IsEmpty)
            block.Opaque.Append(part.Signature);
        if (part.Thinking.IsEmpty)
            return;
        block.Shown.Append(part.Thinking);
        Writer(null).ReasoningSummary(client, part.Thinking);
    }

    private void EndBlock(Block block, IBufferWriter<byte> client)
    {
        _blocks.Remove(block);
        switch (block.Kind)
        {
            case BlockKind.Text:
                AddCitations(block, client);
                break;
            case BlockKind.Thinking when block.IsRedacted || !block.Opaque.IsEmpty || !block.Shown.IsEmpty:
                if (!block.Opaque.IsEmpty)
                {
                    var thought = block.IsRedacted ? ThinkingBlock.Redacted(block.Opaque.ToString()) : ThinkingBlock.Thinking(block.Shown.ToString(), block.Opaque.ToString());
                    Writer(null).Reasoning(client).EncryptedContent = MessagesToResponsesResponse.Seal(context, thought);
                }

                Writer(null).EndItem(client);
                break;
            case BlockKind.Call:
                EndCall(block, block.Call!, client);
                break;
        }
    }

    private void AddCitations(Block block, IBufferWriter<byte> client)
    {
        foreach (var citation in block.Citations ?? [])
        {
            if (block.HasText && MessagesToResponsesCitation.ToAnnotation(citation, block.TextStart, _textLength) is { } annotation)
                Writer(null).Annotation(client, annotation);
        }
    }

    private void EndCall(Block block, OutputItem call, IBufferWriter<byte> client)
    {
        var writer = Writer(null);
        if (call.Kind == OutputItemKind.FunctionCall)
        {
            if (call.Payload.IsEmpty)
                writer.Payload(client, call, EscapedText.TokenOf(Encoding.UTF8.GetString(block.Input ?? [.. "{}"u8])));
        }
        else
        {
            if (block.Opaque.IsEmpty && block.Input is { } input)
                block.Opaque.AppendPlain(Encoding.UTF8.GetString(input));
            writer.Payload(client, call, CustomToolInput.FromArguments(block.Opaque));
        }

        writer.EndCall(client, call);
    }

    private void Complete(IBufferWriter<byte> client)
    {
        var status = MessagesOutcome.StatusOf(_stopReason);
        foreach (var block in _blocks.ToArray())
        {
            // What the limit cut off stays cut off; the writer says so of the last item.
            if (block.Kind != BlockKind.Call || status == ResponseStatus.Completed)
                EndBlock(block, client);
        }

        Writer(null).Complete(client, status, _sawCounts ? _counts.ToUsage() : null);
    }

    private ResponsesEventWriter Writer(string? id) => _writer ??= new ResponsesEventWriter(
        new ResponseEnvelope(MessagesToResponsesResponse.ResponseId(id, context), context.Time.GetUtcNow().ToUnixTimeSeconds(), context.ClientModel, request.Echo), context.NewId);

    private Block? Find(int index) => _blocks.Find(block => block.Index == index);

    private static string? Text(ReadOnlySpan<byte> token) => token.IsEmpty ? null : EscapedText.Decode(token);

    private static BlockKind KindOf(string? type) => type switch
    {
        "text" => BlockKind.Text,
        "thinking" or "redacted_thinking" => BlockKind.Thinking,
        "tool_use" => BlockKind.Call,
        _ => BlockKind.Other,
    };

    // A block between its start and its stop.
    private sealed class Block(int index)
    {
        public int Index { get; } = index;

        public BlockKind Kind { get; init; }

        public bool IsRedacted { get; set; }

        public bool HasText { get; set; }

        public int TextStart { get; set; }

        public OutputItem? Call { get; set; }

        public byte[]? Input { get; set; }

        public List<byte[]>? Citations { get; set; }

        /// <summary>The thought's text.</summary>
        public EscapedText Shown { get; } = new();

        /// <summary>Signature or redacted data of a thought; the whole JSON of a custom tool's call.</summary>
        public EscapedText Opaque { get; } = new();
    }
}
