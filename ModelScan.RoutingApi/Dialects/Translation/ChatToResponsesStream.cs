using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates the chunks of a chat stream into the events of a Responses stream.</summary>
/// <remarks>
/// 1. A chunk is read once whole, so that one that is not JSON has no effect; what it holds is found again from bookmarks.
/// 2. Its deltas go to <see cref="ResponsesEventWriter"/> in the order reasoning, text, refusal, calls as they stand in the chunk.
/// 3. <c>finish_reason</c> is only noted: usage may follow it. The response ends with <c>[DONE]</c>, or with the stream when a
///    finish reason was there. A stream that ends with neither broke off.
/// </remarks>
internal sealed class ChatToResponsesStream(ChatAnswerContext context) : StreamTranslation, IDisposable
{
    private readonly SseReader _reader = new();
    private readonly ThinkTags? _thinkTags = context.HasThinkTags ? new() : null;
    private readonly EscapedText _thought = new();
    private ResponsesEventWriter? _events;
    private ChatToResponsesCalls? _calls;
    private TokenTotals? _usage;
    private ResponseStatus? _finish;
    private bool _isSealed;
    private ClientError? _error;

    public override bool IsComplete => _events?.IsComplete == true;

    public override ClientError? Error => _error;

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
        if (!IsComplete && _finish is not null)
            Complete(client);
        else if (!IsComplete)
            Fail(StreamErrors.Cut, client);
        Release();
    }

    public override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        _calls?.End(client, isCutOff: true);
        Events(null, 0).Fail(client, error, _usage);
        _error = error;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _events?.Dispose();
    }

    private void Take(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            Complete(client);
            return;
        }

        try
        {
            TakeChunk(ProviderText.Valid(data), client);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not a chunk; what follows may be.
        }
    }

    private void TakeChunk(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        var reader = new Utf8JsonReader(data);
        Utf8JsonReader choices = default;
        var isError = false;
        string? id = null;
        var created = 0L;
        var usage = _usage;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                choices = reader;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                usage = ChatUsage.Read(ref reader) ?? usage;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                isError = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                reader.Skip();
            }
            else if (_events is null && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
                reader.Skip();
            }
            else if (_events is null && reader.ValueTextEquals("created"u8))
            {
                reader.Read();
                created = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) ? seconds : 0;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.Read())
            return;
        _usage = usage;
        if (isError)
        {
            Fail(context.ErrorOf(data), client);
            return;
        }

        Events(id, created).Start(client);
        if (choices.TokenType == JsonTokenType.StartArray)
            TakeChoices(choices, data, client);
    }

    private void TakeChoices(Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            Utf8JsonReader delta = default, logprobs = default;
            var index = 0;
            string? finish = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8))
                {
                    reader.Read();
                    delta = reader;
                }
                else if (reader.ValueTextEquals("index"u8))
                {
                    reader.Read();
                    index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var given) ? given : 0;
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    reader.Read();
                    finish = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
                }
                else if (reader.ValueTextEquals("logprobs"u8))
                {
                    reader.Read();
                    logprobs = reader;
                }
                else
                {
                    reader.Read();
                }

                reader.Skip();
            }

            if (index != 0)
                continue;
            if (delta.TokenType == JsonTokenType.StartObject)
                TakeDelta(delta, ReadLogprobs(logprobs, data), data, client);
            if (!string.IsNullOrEmpty(finish))
                _finish = ChatAnswerContext.StatusOf(finish);
        }
    }

    private void TakeDelta(Utf8JsonReader reader, byte[] logprobs, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        var sawReasoning = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                TakeContent(ref reader, logprobs, data, client);
            }
            else if (!sawReasoning && (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8)))
            {
                // Some send both names with the same text.
                reader.Read();
                sawReasoning = reader.TokenType == JsonTokenType.String;
                if (sawReasoning)
                    Think(Token(in reader, data), client);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && Token(in reader, data) is { Length: > 2 } refusal)
                {
                    SealThought(client);
                    _events!.Refusal(client, refusal);
                }
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                reader.Read();
                TakeAnnotations(reader, data, client);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                    TakeCalls(reader, data, client);
            }
            else if (reader.ValueTextEquals("function_call"u8))
            {
                var function = EventJson.Value(ref reader, data);
                if (reader.TokenType == JsonTokenType.EndObject)
                {
                    SealThought(client);
                    Calls().TakeLegacy(ChatToolDelta.ReadLegacy(function), client);
                }
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }
    }

    private void TakeContent(ref Utf8JsonReader reader, byte[] logprobs, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            TakeText(ref reader, logprobs, data, client);
            return;
        }

        // Parts, as Mistral sends beside its reasoning.
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        var parts = reader;
        while (parts.Read() && parts.TokenType != JsonTokenType.EndArray)
        {
            if (parts.TokenType != JsonTokenType.StartObject)
            {
                parts.Skip();
                continue;
            }

            while (parts.Read() && parts.TokenType == JsonTokenType.PropertyName)
            {
                var isText = parts.ValueTextEquals("text"u8);
                parts.Read();
                if (isText && parts.TokenType == JsonTokenType.String)
                    TakeText(ref parts, [], data, client);
                parts.Skip();
            }
        }
    }

    private void TakeText(ref Utf8JsonReader reader, byte[] logprobs, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        if (_thinkTags is null)
        {
            Say(Token(in reader, data), logprobs, client);
            return;
        }

        var (thought, answer) = _thinkTags.Split(JsonText.Read(ref reader));
        Think(EscapedText.TokenOf(thought), client);
        Say(EscapedText.TokenOf(answer), logprobs, client);
    }

    private void Say(ReadOnlySpan<byte> token, byte[] logprobs, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        SealThought(client);
        _events!.Text(client, token, logprobs);
    }

    private void Think(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        if (_isSealed)
        {
            // Thinks again after it has spoken: an item of its own.
            _thought.Clear();
            _isSealed = false;
        }

        _thought.Append(token);
        if (context.ShowsSummary)
            _events!.ReasoningSummary(client, token);
        else
            _events!.ReasoningText(client, token);
    }

    // Whatever comes after the reasoning ends its item, which must have its sealed form by then.
    private void SealThought(IBufferWriter<byte> client)
    {
        if (_isSealed || _thought.IsEmpty)
            return;
        _isSealed = true;
        if (!context.SealsReasoning)
            return;
        var sealedThought = new EscapedText();
        sealedThought.Append(ChatReasoning.Seal(_thought.ToString()));
        _events!.Reasoning(client).EncryptedContent = sealedThought;
    }

    private void TakeAnnotations(Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        using var list = JsonDocument.Parse(data[start..(int)reader.BytesConsumed].ToArray());
        foreach (var annotation in list.RootElement.EnumerateArray())
        {
            if (ChatAnnotation.ToResponses(annotation) is not { } citation)
                continue;
            SealThought(client);
            _events!.Annotation(client, citation);
        }
    }

    private void TakeCalls(Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                SealThought(client);
                Calls().Take(ChatToolDelta.Read(ref reader, data), client);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static byte[] ReadLogprobs(Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("content"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isArray = reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
            if (isContent && isArray)
                return RequestBody.SingleLine(data[(start + 1)..((int)reader.BytesConsumed - 1)].Trim(" \t\r\n"u8));
        }

        return [];
    }

    private void Complete(IBufferWriter<byte> client)
    {
        var events = Events(null, 0);
        if (_thinkTags is not null)
        {
            var (thought, answer) = _thinkTags.End();
            Think(EscapedText.TokenOf(thought), client);
            Say(EscapedText.TokenOf(answer), [], client);
        }

        SealThought(client);
        _calls?.End(client, isCutOff: _finish is ResponseStatus.LimitReached or ResponseStatus.Filtered);
        var bytes = 0L;
        foreach (var item in events.Items)
            bytes += item.Payload.Length + item.Parts.Sum(part => (long)part.Text.Length);
        events.Complete(client, _finish ?? ResponseStatus.Completed, _usage ?? context.EstimateUsage(bytes));
    }

    private ResponsesEventWriter Events(string? id, long created) => _events ??= new ResponsesEventWriter(context.Envelope(id, created), context.NewId);

    private ChatToResponsesCalls Calls() => _calls ??= new ChatToResponsesCalls(context, _events!);

    // A reader that is being read from must not lose its buffer: it is given back when the piece is done.
    private void Release()
    {
        if (IsComplete)
            Dispose();
    }

    private static ReadOnlySpan<byte> Token(scoped ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> data) =>
        data[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
}
