using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a stream of chat completion chunks into the events of a message.</summary>
/// <remarks>
/// <code>
/// 1  nothing is written until there is something to say: until then the request can go to another provider
/// 2  the first text, thought, call or end writes message_start
/// 3  deltas are copied into blocks (ChatToMessagesBlocks)
/// 4  finish_reason is kept, not written: the usage comes behind it
/// 5  [DONE], or the end of the stream behind a finish_reason, writes message_delta and message_stop
/// 6  an error chunk, or an end without either, writes an error event
/// </code>
/// </remarks>
internal sealed class ChatToMessagesStream : MessagesClientStream<SseReader>
{
    private readonly TranslationContext _context;
    private readonly long _estimatedInput;
    private readonly bool _showsThinking;
    private readonly ChatToMessagesBlocks _blocks;
    private readonly ToolCallSlots _calls;
    private readonly ThinkTags? _tags;

    private string? _id;
    private string? _finishReason;
    private TokenTotals? _usage;
    private bool _isRefusal;
    private long _outputBytes;

    public ChatToMessagesStream(TranslationContext context, ChatToolNames toolNames, bool showsThinking, long estimatedInput)
        : base(new SseReader(), new MessagesEventWriter(context.ClientModel, context.Capabilities.RepairToolArguments))
    {
        (_context, _showsThinking, _estimatedInput) = (context, showsThinking, estimatedInput);
        _blocks = new ChatToMessagesBlocks(Events, context, toolNames);
        _calls = new ToolCallSlots(_blocks.IsWhole);
        _tags = context.Capabilities.ThinkTags ? new ThinkTags() : null;
    }

    public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
    {
        if (IsComplete)
            return;
        Reader.Append(piece);
        while (!IsComplete && Reader.TryRead(out var next))
            Take(next, client);
        ReleaseWhenComplete();
    }

    public override void End(IBufferWriter<byte> client)
    {
        if (!IsComplete && Reader.TryReadRest(out var rest))
            Take(rest, client);
        if (!IsComplete && _finishReason is not null)
            Finish(client);
        if (!IsComplete)
            Events.Fail(client, new ClientError(StatusCodes.Status502BadGateway, Named("closed the stream before the answer was complete"), "ProviderError"));
        ReleaseWhenComplete();
    }

    private void Take(SseEvent next, IBufferWriter<byte> client)
    {
        var data = next.Data;
        if (data.SequenceEqual("[DONE]"u8))
        {
            Finish(client);
            return;
        }

        if (!Utf8.IsValid(data))
            data = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(data));
        try
        {
            var chunk = ChatChunk.Read(data);
            if (chunk.IsError || next.Name.SequenceEqual("error"u8))
                Events.Fail(client, ProviderError.Read(_context.ProviderName, data).Error);
            else
                Take(chunk, client);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a name that is not Unicode: one broken event need not cost the answer. If it was the last, its absence is
            // noticed at the end.
        }
    }

    private void Take(ChatChunk chunk, IBufferWriter<byte> client)
    {
        if (_id is null && chunk.Id.Length > 2)
            _id = EscapedText.Decode(chunk.Id);
        _usage = chunk.Usage ?? _usage;
        if (_showsThinking)
        {
            if (!chunk.ReasoningDetails.IsEmpty)
                _blocks.ThoughtDetails(chunk.ReasoningDetails);
            TakeThought(chunk.Reasoning, client);
        }

        TakeContent(chunk.Content, client);
        if (chunk.Refusal.Length > 2)
        {
            _isRefusal = true;
            WriteText(chunk.Refusal, client);
        }

        TakeCitations(chunk.Annotations, client);
        TakeCalls(chunk, client);
        if (!chunk.FinishReason.IsEmpty)
            _finishReason = EscapedText.Decode(chunk.FinishReason);
    }

    private void TakeThought(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        Start(client);
        _outputBytes += token.Length;
        _blocks.Thought(client, token);
    }

    private void TakeContent(ReadOnlySpan<byte> content, IBufferWriter<byte> client)
    {
        if (content.IsEmpty)
            return;
        if (content[0] == '"')
            TakeTagged(content, client);
        else if (content[0] == '[')
            TakeParts(content, client);
    }

    // [{"type": "text", "text": "…"}, {"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}]
    private void TakeParts(ReadOnlySpan<byte> parts, IBufferWriter<byte> client)
    {
        var json = EventJson.ReaderOf(parts);
        var thoughtDepth = 0;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("thinking"u8))
                    thoughtDepth = json.CurrentDepth;
                if (!json.ValueTextEquals("text"u8))
                    continue;
                var text = EventJson.Text(ref json, parts);
                if (thoughtDepth > 0 && _showsThinking)
                    TakeThought(text, client);
                else if (thoughtDepth == 0)
                    TakeTagged(text, client);
            }
            else if (json.TokenType == JsonTokenType.EndObject && json.CurrentDepth < thoughtDepth)
            {
                thoughtDepth = 0;
            }
        }
    }

    private void TakeTagged(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        if (_tags is null)
            WriteText(token, client);
        else
            WriteSplit(_tags.Split(EscapedText.Decode(token)), client);
    }

    private void WriteSplit((string Thought, string Answer) split, IBufferWriter<byte> client)
    {
        if (split.Thought.Length > 0 && _showsThinking)
            TakeThought(EscapedText.TokenOf(split.Thought), client);
        if (split.Answer.Length > 0)
            WriteText(EscapedText.TokenOf(split.Answer), client);
    }

    private void WriteText(ReadOnlySpan<byte> token, IBufferWriter<byte> client)
    {
        if (token.Length <= 2)
            return;
        Start(client);
        _outputBytes += token.Length;
        _blocks.Text(client, token);
    }

    private void TakeCitations(ReadOnlySpan<byte> annotations, IBufferWriter<byte> client)
    {
        if (annotations.IsEmpty || annotations[0] != '[')
            return;
        using var document = JsonDocument.Parse(annotations.ToArray());
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            if (new AnswerField(annotation).FindObject("url_citation") is not { } cited || cited.FindText("url") is not { } url)
                continue;
            var output = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(output, WireJson.Options))
                UrlCitation.WriteForMessages(json, url, cited.FindText("title"), "");
            Start(client);
            _blocks.Citation(client, output.WrittenSpan);
        }
    }

    private void TakeCalls(ChatChunk chunk, IBufferWriter<byte> client)
    {
        if (!chunk.FunctionCall.IsEmpty)
            TakeCall(ChatToolDelta.ReadLegacy(chunk.FunctionCall), client);
        if (chunk.ToolCalls.IsEmpty || chunk.ToolCalls[0] != '[')
            return;
        var json = EventJson.ReaderOf(chunk.ToolCalls);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
                TakeCall(ChatToolDelta.Read(ref json, chunk.ToolCalls), client);
            else
                json.Skip();
        }
    }

    private void TakeCall(ChatToolDelta delta, IBufferWriter<byte> client)
    {
        Start(client);
        _outputBytes += delta.Arguments.Length;
        _blocks.ToolCall(client, _calls.Find(delta), delta.Arguments);
    }

    private void Start(IBufferWriter<byte> client)
    {
        if (!Events.HasStarted)
            Events.Start(client, ChatToMessagesResponse.MessageId(_id, _context), new TokenTotals(_estimatedInput, 0, 0, 0, 0));
    }

    private void Finish(IBufferWriter<byte> client)
    {
        Start(client);
        if (_tags is not null)
            WriteSplit(_tags.End(), client);
        _blocks.End(client);
        if (_blocks.Problem is { } problem)
        {
            Events.Fail(client, new ClientError(StatusCodes.Status502BadGateway, problem, "ProviderError"));
            return;
        }

        var usage = _usage ?? new TokenTotals(_estimatedInput, 0, 0, Math.Max(1, _outputBytes / 4), 0);
        Events.Finish(client, MessagesStopReason.FromChat(_finishReason ?? "", Events.HasToolUse, _isRefusal), null, usage);
    }

    private string Named(string what) => $"{(_context.ProviderName.Length > 0 ? _context.ProviderName : "the provider")} {what}";
}
