using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates the events of a Responses stream into the chunks of a chat stream.</summary>
/// <remarks>
/// 1. An event is read once whole (<see cref="ResponsesEvent"/>); one that is not JSON, or of a kind that chat has no place
///    for, is passed over.
/// 2. Deltas become deltas. What a <c>.done</c> event or a finished item says without deltas before it is sent then, for some
///    providers send no deltas.
/// 3. <c>response.completed</c> or <c>response.incomplete</c> ends the stream: finish reason, usage if asked for, <c>[DONE]</c>.
///    <c>error</c>, <c>response.failed</c> and <c>response.cancelled</c> end it with an error and without <c>[DONE]</c>, and so does a stream that just stops.
/// </remarks>
internal sealed class ResponsesToChatStream(ResponsesAnswerContext context) : StreamTranslation, IDisposable
{
    private readonly SseReader _reader = new();
    private ChatChunkWriter? _chunks;
    private long _bytes;
    private readonly Dictionary<int, Call> _calls = [];
    private readonly HashSet<(int Item, int Part, PartKind Kind)> _told = [];
    private (int Item, int Part) _lastText = (-1, -1);
    private (int Item, int Part) _lastThought = (-1, -1);
    public override bool IsComplete => _chunks?.IsComplete == true;

    public override ClientError? Error => _chunks?.Error;

    private enum PartKind
    {
        Text,
        Refusal,
        Reasoning,
        Summary,
    }

    private sealed class Call(int index, bool isCustom)
    {
        public int Index { get; } = index;

        public bool IsCustom { get; } = isCustom;

        public bool HasPayload { get; set; }
    }

    public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        _reader.Append(piece);
        while (!IsComplete && _reader.TryRead(out var next))
            Take(next.Data, client);
        Release();
    }

    public override void End(IBufferWriter<byte> client)
    {
        if (!IsComplete && _reader.TryReadRest(out var rest))
            Take(rest.Data, client);
        Fail(StreamErrors.Cut, client);
        Release();
    }

    public override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        if (!IsComplete)
            (_chunks ??= new ChatChunkWriter(context.Model, context.CreatedAt(0))).Fail(client, error);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _chunks?.Dispose();
    }

    private void Take(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        try
        {
            data = ProviderText.Valid(data);
            if (ResponsesEvent.TryRead(data, out var next))
                Take(in next, data, client);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not an event; what follows may be.
        }
    }

    private void Take(ref readonly ResponsesEvent next, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        switch (next.Kind)
        {
            case ResponsesEventKind.Created:
                Begin(in next, client);
                break;
            case ResponsesEventKind.TextDelta:
                Say(in next, next.Delta, client);
                break;
            case ResponsesEventKind.TextDone when !Told(in next, PartKind.Text):
                Say(in next, next.Text, client);
                break;
            case ResponsesEventKind.Annotation:
                AddAnnotation(in next, client);
                break;
            case ResponsesEventKind.RefusalDelta:
                Refuse(in next, next.Delta, client);
                break;
            case ResponsesEventKind.RefusalDone when !Told(in next, PartKind.Refusal):
                Refuse(in next, next.Text, client);
                break;
            case ResponsesEventKind.ReasoningDelta or ResponsesEventKind.OlderReasoningDelta:
                Think(in next, PartKind.Reasoning, next.Delta, client);
                break;
            case ResponsesEventKind.ReasoningDone when !Told(in next, PartKind.Reasoning):
                Think(in next, PartKind.Reasoning, next.Text, client);
                break;
            case ResponsesEventKind.SummaryDelta or ResponsesEventKind.OlderSummaryDelta:
                Think(in next, PartKind.Summary, next.Delta, client);
                break;
            case ResponsesEventKind.SummaryDone when !Told(in next, PartKind.Summary):
                Think(in next, PartKind.Summary, next.Text, client);
                break;
            case ResponsesEventKind.ItemAdded:
                BeginCall(in next, client);
                break;
            case ResponsesEventKind.PayloadDelta:
                AddPayload(in next, next.Delta, client);
                break;
            case ResponsesEventKind.PayloadDone:
                AddWholePayload(in next, client);
                break;
            case ResponsesEventKind.ItemDone:
                EndItem(in next, client);
                break;
            case ResponsesEventKind.Completed or ResponsesEventKind.Incomplete:
                Complete(in next, client);
                break;
            case ResponsesEventKind.Failed or ResponsesEventKind.Cancelled or ResponsesEventKind.Error:
                Fail(ErrorOf(in next, data), client);
                break;
        }
    }

    private bool Told(ref readonly ResponsesEvent next, PartKind kind) => _told.Contains((next.OutputIndex, next.PartIndex, kind));

    private void Tell(ref readonly ResponsesEvent next, PartKind kind) => _told.Add((next.OutputIndex, next.PartIndex, kind));

    private void Say(ref readonly ResponsesEvent next, ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        Tell(in next, PartKind.Text);

        // Messages are paragraphs of one content.
        if (_lastText.Item >= 0 && _lastText.Item != next.OutputIndex)
            Begin(in next, client).Text(client, "\"\\n\\n\""u8);
        _lastText = (next.OutputIndex, next.PartIndex);
        _bytes += token.Length;
        Begin(in next, client).Text(client, token, next.Logprobs.Length > 2 ? RequestBody.SingleLine(next.Logprobs) : []);
    }

    private void Think(ref readonly ResponsesEvent next, PartKind kind, ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        Tell(in next, kind);
        var part = (next.OutputIndex, (next.PartIndex * 2) + (kind == PartKind.Summary ? 1 : 0));
        if (_lastThought.Item >= 0 && _lastThought != part)
            Begin(in next, client).Reasoning(client, "\"\\n\\n\""u8);
        _lastThought = part;
        _bytes += token.Length;
        Begin(in next, client).Reasoning(client, token);
    }

    private void BeginCall(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        var type = Text(next.ItemType);
        if (_calls.ContainsKey(next.OutputIndex) || type is not ("function_call" or "custom_tool_call"))
            return;
        if (Text(next.CallId) is not { } id || Text(next.Name) is not { } name)
            return;
        var isCustom = type == "custom_tool_call";
        var chunks = Begin(in next, client);
        var index = isCustom ? chunks.OpenCustomToolCall(client, id, name) : chunks.OpenToolCall(client, id, name);
        _calls.Add(next.OutputIndex, new Call(index, isCustom));
    }

    private void AddPayload(ref readonly ResponsesEvent next, ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2 || !_calls.TryGetValue(next.OutputIndex, out var call))
            return;
        call.HasPayload = true;
        _bytes += token.Length;
        if (call.IsCustom)
            Begin(in next, client).CustomInput(client, call.Index, token);
        else
            Begin(in next, client).Arguments(client, call.Index, token);
    }

    private void AddWholePayload(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        if (_calls.TryGetValue(next.OutputIndex, out var call) && !call.HasPayload)
            AddPayload(in next, next.Payload, client);
    }

    private void EndItem(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        switch (Text(next.ItemType))
        {
            case "function_call" or "custom_tool_call":
                BeginCall(in next, client);
                AddWholePayload(in next, client);
                break;
            case "reasoning" when !next.EncryptedContent.IsEmpty:
                Begin(in next, client).Item(client, "reasoning_details"u8, ResponsesToChatResponse.Sealed(next.ItemId, next.EncryptedContent));
                break;
        }
    }

    private void Complete(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        var chunks = Begin(in next, client);
        var status = next.Kind == ResponsesEventKind.Incomplete ? "incomplete" : "completed";
        TokenTotals? usage = context.IncludesUsage ? next.Usage ?? context.EstimateUsage(_bytes) : null;
        chunks.Finish(client, ResponsesAnswerContext.FinishReason(_calls.Count > 0, status, Text(next.IncompleteReason)), usage);
    }

    private void Refuse(ref readonly ResponsesEvent next, ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        Tell(in next, PartKind.Refusal);
        _bytes += token.Length;
        Begin(in next, client).Refusal(client, token);
    }

    private void AddAnnotation(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        if (next.Annotation.IsEmpty)
            return;
        using var document = JsonDocument.Parse(next.Annotation.ToArray());
        if (ChatAnnotation.FromResponses(document.RootElement) is { } citation)
            Begin(in next, client).Item(client, "annotations"u8, citation);
    }

    // The first chunk; from the first event that has something to say, should response.created be missing.
    private ChatChunkWriter Begin(ref readonly ResponsesEvent next, IBufferWriter<byte> client)
    {
        if (_chunks is not null)
            return _chunks;
        _chunks = new ChatChunkWriter(context.Model, context.CreatedAt(next.CreatedAt));
        _chunks.Start(client, context.IdOf(Text(next.ResponseId)));
        return _chunks;
    }

    // The error: in the response, in the event's "error", or the event itself.
    private ClientError ErrorOf(ref readonly ResponsesEvent next, ReadOnlySpan<byte> data)
    {
        var json = next.ResponseError.IsEmpty ? next.Error : next.ResponseError;
        using var document = JsonDocument.Parse((json.IsEmpty ? data : json).ToArray());
        var error = new AnswerField(document.RootElement);
        var message = error.FindText("message") is { Length: > 0 } told ? told
            : next.Kind == ResponsesEventKind.Cancelled ? "the provider cancelled the response" : "the provider reported an error";
        var code = error.FindText("code") is { Length: > 0 } given ? given : json.IsEmpty ? null : error.FindText("type");
        var described = new ClientError(
            StatusCodes.Status502BadGateway, context.ProviderName.Length > 0 ? $"{context.ProviderName}: {message}" : message, code is null or "" or "error" ? "server_error" : code);

        // An event has no status; what it would have been decides the error's type for chat clients as it does for those of Messages.
        return StreamErrors.ForMessages(described);
    }

    private static string? Text(ReadOnlySpan<byte> token) => token.IsEmpty ? null : EscapedText.Decode(token);

    // A reader that is being read from must not lose its buffer: it is given back when the piece is done.
    private void Release()
    {
        if (IsComplete)
            Dispose();
    }
}
