using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a streamed response into the events of a message.</summary>
/// <remarks>
/// <code>
/// response.created                     message_start with an estimate of the input; the count comes at the end
/// message: text, refusal               a text block
/// reasoning: summary, or reasoning     a thinking block, if the client asked for thoughts; its state is the signature
/// function_call                        a tool_use block
/// response.completed, .incomplete      message_delta with stop reason and usage, message_stop
/// response.failed, error               error
/// .done of what came in deltas, others nothing
/// </code>
/// The items of a response may grow beside each other; the blocks of a message may not. The first item that is not done is passed on
/// as it comes, later ones are kept until it is.
/// </remarks>
internal sealed class ResponsesToMessagesStream(TranslationContext context, MessagesToResponsesRequest request) : StreamTranslation, IDisposable
{
    // More items than any answer has; a provider that sends more is broken.
    private const int MaxItems = 4096;

    private readonly SseReader _sse = new();
    private readonly MessagesEventWriter _writer = new(context.ClientModel, context.Capabilities.RepairToolArguments);
    private readonly List<StreamedItem> _items = [];
    private bool _isRefused;
    private long _outputBytes;

    public override bool IsComplete => _writer.IsComplete;

    public override ClientError? Error => _writer.Error;

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
        if (!IsComplete)
            Fail(StreamErrors.Cut, client);
        Release();
    }

    public override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        _writer.Fail(client, error);
        Release();
    }

    public void Dispose()
    {
        _sse.Dispose();
        _writer.Dispose();
    }

    private void Release()
    {
        if (IsComplete)
            Dispose();
    }

    private void Take(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        if (!ResponsesEvent.TryRead(data, out var next))
            return;
        switch (next.Kind)
        {
            case ResponsesEventKind.Created:
                Start(next.ResponseId, client);
                break;
            case ResponsesEventKind.ItemAdded:
                Add(ref next, client);
                break;
            case ResponsesEventKind.TextDelta:
                TakePiece(next.OutputIndex, StreamedPieceKind.Text, next.Delta, client);
                break;
            case ResponsesEventKind.TextDone when Find(next.OutputIndex) is { HasPieces: false }:
                TakePiece(next.OutputIndex, StreamedPieceKind.Text, next.Text, client);
                break;
            case ResponsesEventKind.RefusalDelta:
                TakePiece(next.OutputIndex, StreamedPieceKind.Refusal, next.Delta, client);
                break;
            case ResponsesEventKind.Annotation:
                TakePiece(next.OutputIndex, StreamedPieceKind.Annotation, next.Annotation, client);
                break;
            case ResponsesEventKind.SummaryPartAdded when next.PartIndex > 0:
                TakePiece(next.OutputIndex, StreamedPieceKind.ThoughtBreak, "\"\\n\\n\""u8, client);
                break;
            case ResponsesEventKind.SummaryDelta or ResponsesEventKind.ReasoningDelta or ResponsesEventKind.OlderSummaryDelta or ResponsesEventKind.OlderReasoningDelta:
                TakePiece(next.OutputIndex, StreamedPieceKind.Thought, next.Delta, client);
                break;
            case ResponsesEventKind.PayloadDelta:
                TakePiece(next.OutputIndex, StreamedPieceKind.Arguments, next.Delta, client);
                break;
            case ResponsesEventKind.ItemDone:
                Finish(ref next, client);
                break;
            case ResponsesEventKind.Completed or ResponsesEventKind.Incomplete:
                Complete(ref next, client);
                break;
            case ResponsesEventKind.Failed or ResponsesEventKind.Cancelled:
                Fail(StreamErrors.ForMessages(ProviderError.Read(context.ProviderName, next.ResponseError.IsEmpty ? "{}"u8 : next.ResponseError).Error), client);
                break;
            case ResponsesEventKind.Error:
                Fail(StreamErrors.ForMessages(ProviderError.Read(context.ProviderName, data).Error), client);
                break;
        }
    }

    private void Start(ReadOnlySpan<byte> id, IBufferWriter<byte> client)
    {
        if (!_writer.HasStarted)
            _writer.Start(client, ResponsesOutcome.MessageId(Text(id), context), new TokenTotals(request.EstimatedTokens, 0, 0, 0, 0));
    }

    private void Add(ref ResponsesEvent added, IBufferWriter<byte> client)
    {
        Start(default, client);
        if (Find(added.OutputIndex) is not null || _items.Count >= MaxItems)
            return;
        var type = Text(added.ItemType) ?? "";
        var item = new StreamedItem(added.OutputIndex, type)
        {
            CallId = Text(added.CallId) ?? "",
            Name = Text(added.Name) ?? "",
        };
        _items.Add(item);

        // Some providers announce a call with its arguments already there.
        if (added.Payload.Length > 2)
            TakePiece(item, StreamedPieceKind.Arguments, added.Payload, client);
    }

    private void TakePiece(int index, StreamedPieceKind kind, ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        if (Find(index) is { IsDone: false } item)
            TakePiece(item, kind, bytes, client);
    }

    private void TakePiece(StreamedItem item, StreamedPieceKind kind, ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        if (bytes.Length <= 2)
            return;
        item.HasPieces |= kind is StreamedPieceKind.Text or StreamedPieceKind.Refusal or StreamedPieceKind.Arguments;
        if (item == _items[0])
            Pass(item, kind, bytes, client);
        else
            item.Keep(kind, bytes);
    }

    private void Pass(StreamedItem item, StreamedPieceKind kind, ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        _outputBytes += bytes.Length - 2;
        switch (item.Type)
        {
            case "message" when kind is StreamedPieceKind.Text or StreamedPieceKind.Refusal:
                _isRefused |= kind == StreamedPieceKind.Refusal;
                _writer.Text(client, bytes);
                break;
            case "message" when kind is StreamedPieceKind.Annotation:
                if (ResponsesToMessagesCitation.ToCitation(bytes) is { } citation)
                    _writer.Citation(client, citation);
                break;
            case "reasoning" when kind is StreamedPieceKind.Thought or StreamedPieceKind.ThoughtBreak:
                if (!request.WantsThinking || (kind == StreamedPieceKind.ThoughtBreak && !item.IsOpen))
                    break;
                item.IsOpen = true;
                _writer.Thinking(client, bytes);
                break;
            case "function_call" when kind is StreamedPieceKind.Arguments:
                Open(item, client);
                _writer.ToolInput(client, bytes);
                break;
            case "custom_tool_call" when kind is StreamedPieceKind.Arguments:
                item.Input.Append(bytes);
                break;
        }
    }

    private void Open(StreamedItem item, IBufferWriter<byte> client)
    {
        if (item.IsOpen)
            return;
        item.IsOpen = true;
        var id = item.CallId.Length > 0 ? ToolCallId.ForMessages(item.CallId) : "call_" + context.NewId();
        _writer.OpenToolUse(client, id, request.Tools.ClientName(item.Name));
    }

    private void Finish(ref ResponsesEvent done, IBufferWriter<byte> client)
    {
        // A provider that does not announce its items.
        if (Find(done.OutputIndex) is null)
            Add(ref done, client);
        if (Find(done.OutputIndex) is not { IsDone: false } item)
            return;
        if (!item.HasPieces && done.Payload.Length > 2)
            TakePiece(item, StreamedPieceKind.Arguments, done.Payload, client);
        if (item.Type == "reasoning")
            item.Thought = ReasoningItem.Read(done.Item.ToArray());
        item.IsDone = true;
        Advance(client);
    }

    // Closes the items at the front that are done, and catches up with the one that is the first now.
    private void Advance(IBufferWriter<byte> client)
    {
        while (_items.Count > 0)
        {
            var item = _items[0];
            foreach (var (kind, bytes) in item.Kept)
                Pass(item, kind, bytes, client);
            item.ForgetKept();
            if (!item.IsDone)
                return;
            Close(item, client);
            _items.RemoveAt(0);
        }
    }

    private void Close(StreamedItem item, IBufferWriter<byte> client)
    {
        switch (item.Type)
        {
            case "reasoning":
                if (request.WantsThinking && (item.IsOpen || item.Thought is not null))
                    _writer.Signature(client, EscapedText.TokenOf(ResponsesOutcome.Seal(context, item.Thought)));
                break;
            case "function_call":
                Open(item, client);
                _writer.CloseBlock(client);
                break;
            case "custom_tool_call":
                Open(item, client);
                var arguments = Encoding.UTF8.GetString(CustomToolInput.ToArguments(item.Input.Token));
                _writer.ToolInput(client, EscapedText.TokenOf(arguments));
                _writer.CloseBlock(client);
                break;
            default:
                _writer.CloseBlock(client);
                break;
        }
    }

    private void Complete(ref ResponsesEvent end, IBufferWriter<byte> client)
    {
        Start(end.ResponseId, client);
        foreach (var item in _items)
            item.IsDone = true;
        Advance(client);
        var usage = end.Usage ?? new TokenTotals(request.EstimatedTokens, 0, 0, MessagesToResponsesRequest.TokensOf(_outputBytes), 0);
        var reason = ResponsesOutcome.StopReason(end.Kind == ResponsesEventKind.Incomplete, Text(end.IncompleteReason), _writer.HasToolUse, _isRefused);
        _writer.Finish(client, reason, null, usage);
    }

    private StreamedItem? Find(int index)
    {
        foreach (var item in _items)
        {
            if (item.Index == index)
                return item;
        }

        return null;
    }

    private static string? Text(ReadOnlySpan<byte> token) => token.IsEmpty ? null : EscapedText.Decode(token);
}
