using System.Buffers;

namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>
/// What a model answered, for whoever asked to see it in traces (<c>gen_ai.output.messages</c>): put together from the bytes that
/// pass, streamed or whole, cut anywhere. Bounded: of a whole answer beyond 1 MiB nothing is kept, of texts their beginning.
/// Dispose it to give its memory back. Not thread-safe.
/// </summary>
/// <param name="format">The provider's format.</param>
internal sealed class AnswerContent(ApiFormat format) : IDisposable
{
    private const int LargestAnswer = 1 << 20;
    private const int MostParts = 256;

    private readonly SortedDictionary<int, Choice> _choices = [];
    private ArrayBufferWriter<byte>? _whole;
    private SseReader? _events;
    private EventStreamReader? _frames;
    private bool _isOver;

    /// <summary>Takes the next piece of the answer; never throws.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_isOver)
            return;
        if (_whole is null && _events is null && _frames is null)
        {
            piece = piece.TrimStart(" \r\n\t"u8);
            if (piece.IsEmpty)
                return;
            if (piece[0] == '{')
                _whole = new ArrayBufferWriter<byte>(Math.Max(piece.Length, 1024));
            else if (format == ApiFormat.Converse)
                _frames = new EventStreamReader(LargestAnswer);
            else
                _events = new SseReader(LargestAnswer);
        }

        try
        {
            if (_whole is not null)
                AddWhole(piece);
            else if (_frames is not null)
                AddFrames(piece);
            else
                AddEvents(piece);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidDataException or InvalidRequestException)
        {
            // What cannot be read is not shown; the client gets it as it is.
            _isOver = true;
        }
    }

    /// <summary>The answer as an array of messages, one for each choice; <see langword="null"/> where nothing was understood.</summary>
    public string? ToJson()
    {
        if (_whole is { WrittenCount: > 0 } && !_isOver)
            ReadWhole(_whole.WrittenMemory);
        if (_choices.Count == 0)
            return null;
        var budget = new ContentBudget(ContentBudget.OfAttribute);
        return ContentJson.Array(json =>
        {
            foreach (var choice in _choices.Values)
                choice.WriteTo(json, budget);
        });
    }

    public void Dispose()
    {
        _events?.Dispose();
        _frames?.Dispose();
    }

    private void AddWhole(ReadOnlySpan<byte> piece)
    {
        if (_whole!.WrittenCount + piece.Length <= LargestAnswer)
            _whole.Write(piece);
        else
            (_isOver, _whole) = (true, null);
    }

    private void ReadWhole(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, WireJson.Reading);
            var root = document.RootElement;
            switch (format)
            {
                case ApiFormat.Messages:
                    if (root.Member("content") is { } content)
                        ChoiceAt(0).Add(MessageParts.OfContent(content)).FinishReason = root.Text("stop_reason");
                    break;
                case ApiFormat.Responses:
                    foreach (var item in root.Items("output"))
                        ChoiceAt(0).Add(MessageParts.OfItem(item));
                    EndResponse(root);
                    break;
                case ApiFormat.Converse:
                    if (root.Member("output")?.Member("message") is { } message)
                        ChoiceAt(0).Add(message.Items("content").Select(MessageParts.OfConverseBlock)).FinishReason = root.Text("stopReason");
                    break;
                default:
                    foreach (var choice in root.Items("choices"))
                        ReadChatChoice(choice, choice.Member("message") ?? default);
                    break;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
        {
            // As above.
        }
    }

    private void AddEvents(ReadOnlySpan<byte> piece)
    {
        _events!.Append(piece);
        while (_events.TryRead(out var next))
        {
            if (next.Data.IsEmpty || next.Data[0] != '{')
                continue;
            var reader = new Utf8JsonReader(next.Data, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            switch (format)
            {
                case ApiFormat.Messages:
                    ReadMessagesEvent(root);
                    break;
                case ApiFormat.Responses:
                    ReadResponsesEvent(root);
                    break;
                default:
                    foreach (var choice in root.Items("choices"))
                        ReadChatChoice(choice, choice.Member("delta") ?? default);
                    break;
            }
        }
    }

    private void AddFrames(ReadOnlySpan<byte> piece)
    {
        _frames!.Append(piece);
        while (_frames.TryRead(out var next))
        {
            if (next.Payload.IsEmpty || next.Payload[0] != '{')
                continue;
            var reader = new Utf8JsonReader(next.Payload, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            ReadConverseEvent(next.EventType, document.RootElement);
        }
    }

    private void ReadConverseEvent(ReadOnlySpan<byte> type, JsonElement root)
    {
        var key = $"block {root.Index("contentBlockIndex")}";
        if (type.SequenceEqual("contentBlockStart"u8) && root.Member("start")?.Member("toolUse") is { } call)
            ChoiceAt(0).Put(key, new MessagePart(MessagePart.ToolCallType) { Id = call.Text("toolUseId"), Name = call.Text("name") });
        else if (type.SequenceEqual("contentBlockDelta"u8) && root.Member("delta") is { } delta)
            ChoiceAt(0).Part(key, delta.Member("reasoningContent") is null ? MessagePart.TextType : MessagePart.ReasoningType)
                .Add(delta.Text("text") ?? delta.Member("toolUse")?.Text("input") ?? delta.Member("reasoningContent")?.Text("text"));
        else if (type.SequenceEqual("messageStop"u8))
            ChoiceAt(0).FinishReason = root.Text("stopReason");
    }

    // A message and a delta are written alike; a delta goes on where the one before ended.
    private void ReadChatChoice(JsonElement choice, JsonElement message)
    {
        var answer = ChoiceAt(choice.Index("index"));
        if ((message.Text("reasoning_content") ?? message.Text("reasoning")) is { Length: > 0 } thoughts)
            answer.Part("reasoning", MessagePart.ReasoningType).Add(thoughts);
        foreach (var part in MessageParts.OfContent(message.Member("content")).Where(part => !part.IsEmpty))
            answer.Append(part);
        if (message.Text("refusal") is { Length: > 0 } refusal)
            answer.Part("text", MessagePart.TextType).Add(refusal);
        var position = 0;
        foreach (var call in message.Items("tool_calls"))
        {
            var function = call.Member("function") ?? call.Member("custom") ?? default;
            var part = answer.Part($"call {(call.Member("index") is null ? position : call.Index("index"))}", MessagePart.ToolCallType);
            part.Id ??= call.Text("id");
            part.Name ??= function.Text("name");
            part.Add(function.Text("arguments") ?? function.Text("input"));
            position++;
        }

        answer.FinishReason ??= choice.Text("finish_reason");
    }

    private void ReadMessagesEvent(JsonElement root)
    {
        var key = $"block {root.Index("index")}";
        switch (root.Text("type"))
        {
            case "content_block_start" when root.Member("content_block") is { } block:
                var begun = MessageParts.OfBlock(block);
                ChoiceAt(0).Put(key, begun.Type == MessagePart.ToolCallType ? begun.Set(null) : begun);
                break;
            case "content_block_delta" when root.Member("delta") is { } delta:
                ChoiceAt(0).Part(key, MessagePart.TextType).Add(delta.Text("text") ?? delta.Text("thinking") ?? delta.Text("partial_json"));
                break;
            case "message_delta":
                ChoiceAt(0).FinishReason = root.Member("delta")?.Text("stop_reason");
                break;
        }
    }

    private void ReadResponsesEvent(JsonElement root)
    {
        var key = $"item {root.Index("output_index")}";
        switch (root.Text("type"))
        {
            // Until the whole item comes, and if it never does.
            case "response.output_text.delta":
                ChoiceAt(0).Part(key, MessagePart.TextType).Add(root.Text("delta"));
                break;
            case "response.output_item.done" when root.Member("item") is { } item:
                ChoiceAt(0).Replace(key, MessageParts.OfItem(item));
                break;
            case "response.completed" or "response.incomplete" or "response.failed" when root.Member("response") is { } response:
                EndResponse(response);
                break;
        }
    }

    private void EndResponse(JsonElement response)
    {
        if (response.Text("status") is { } status)
            ChoiceAt(0).FinishReason = response.Member("incomplete_details")?.Text("reason") ?? status;
    }

    private Choice ChoiceAt(int index)
    {
        if (!_choices.TryGetValue(index, out var choice) && _choices.Count < MostParts)
            _choices[index] = choice = new Choice();
        return choice ?? new Choice();
    }

    private sealed class Choice
    {
        private readonly List<(string Key, MessagePart Part)> _parts = [];

        public string? FinishReason { get; set; }

        public Choice Add(IEnumerable<MessagePart> parts)
        {
            foreach (var part in parts)
                Put("", part);
            return this;
        }

        /// <summary>The part called <paramref name="key"/>, begun where there is none.</summary>
        public MessagePart Part(string key, string type)
        {
            var known = _parts.FindLast(pair => pair.Key == key).Part;
            if (known is null)
                Put(key, known = new MessagePart(type));
            return known;
        }

        /// <summary>Adds a part; of a text that goes on, only what is new.</summary>
        public void Append(MessagePart part)
        {
            if (part.Type == MessagePart.TextType)
                Part("text", MessagePart.TextType).Add(part.Text);
            else
                Put("", part);
        }

        public void Put(string key, MessagePart part)
        {
            if (_parts.Count < MostParts)
                _parts.Add((key, part));
        }

        public void Replace(string key, IEnumerable<MessagePart> parts)
        {
            _parts.RemoveAll(pair => pair.Key == key);
            foreach (var part in parts)
                Put(key, part);
        }

        public void WriteTo(Utf8JsonWriter json, ContentBudget budget)
        {
            json.WriteStartObject();
            json.WriteString("role", "assistant");
            json.WriteStartArray("parts");
            foreach (var (_, part) in _parts.Where(pair => !pair.Part.IsEmpty))
                part.WriteTo(json, budget);
            json.WriteEndArray();
            if (FinishReason is not null)
                json.WriteString("finish_reason", FinishReason);
            json.WriteEndObject();
        }
    }
}
