using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a complete message into a chat completion.</summary>
internal sealed class MessagesToChatResponse(TranslationContext context)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _thought = new();
    private readonly List<JsonElement> _calls = [];
    private readonly List<byte[]> _details = [];
    private readonly List<(JsonElement Citation, int Start, int End)> _citations = [];

    /// <summary>Translates <paramref name="answer"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is no message, or says that the provider failed.</exception>
    public void Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client)
    {
        if (!Utf8.IsValid(answer.Span))
            throw new ProviderAnswerException("the provider's answer is not valid UTF-8");
        using var document = AnswerJson.Parse(answer);
        try
        {
            Write(document.RootElement, answer.Span, client);
        }
        catch (InvalidOperationException exception)
        {
            throw new ProviderAnswerException("the provider's answer has a property name that is not valid Unicode", exception);
        }
    }

    /// <summary>A completion's id from a message's.</summary>
    public static string CompletionId(string? id, TranslationContext context)
    {
        if (string.IsNullOrEmpty(id))
            return $"chatcmpl-{context.NewId()}";
        return id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? id : $"chatcmpl-{id}";
    }

    private void Write(JsonElement root, ReadOnlySpan<byte> answer, IBufferWriter<byte> client)
    {
        if (AnswerJson.Text(root, "type") == "error" || AnswerJson.Find(root, "error").ValueKind is JsonValueKind.Object)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer).Error);
        var content = AnswerJson.Find(root, "content");
        if (content.ValueKind != JsonValueKind.Array)
            throw new ProviderAnswerException("the provider's answer has no content");
        foreach (var block in content.EnumerateArray())
            Take(block);

        using var json = new Utf8JsonWriter(client, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, CompletionId(AnswerJson.Text(root, "id"), context));
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, context.Time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model"u8, context.ClientModel);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        WriteMessage(json);
        json.WriteString("finish_reason"u8, MessagesStopReason.ToChat(AnswerJson.Text(root, "stop_reason") ?? "", _calls.Count > 0));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        ChatUsage.Write(json, Usage(root));
        json.WriteEndObject();
    }

    private void Take(JsonElement block)
    {
        switch (AnswerJson.Text(block, "type"))
        {
            case "text":
                var start = _text.Length;
                _text.Append(AnswerJson.Text(block, "text"));
                foreach (var citation in AnswerJson.Items(AnswerJson.Find(block, "citations")))
                    _citations.Add((citation, start, _text.Length));
                break;
            case "thinking":
                _thought.Append(AnswerJson.Text(block, "thinking"));
                _details.Add(ThoughtDetail.Text(AnswerJson.Text(block, "thinking") ?? "", AnswerJson.Text(block, "signature"), _details.Count));
                break;
            case "redacted_thinking":
                _details.Add(ThoughtDetail.Encrypted(AnswerJson.Text(block, "data") ?? "", _details.Count));
                break;
            case "tool_use":
                _calls.Add(block);
                break;
            default:
                // What a tool at Anthropic did; the texts say what came of it.
                break;
        }
    }

    private void WriteMessage(Utf8JsonWriter json)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (_text.Length == 0 && _calls.Count > 0)
            json.WriteNull("content"u8);
        else
            json.WriteString("content"u8, _text.ToString());
        if (_thought.Length > 0)
            json.WriteString("reasoning_content"u8, _thought.ToString());
        if (_details.Count > 0)
        {
            json.WriteStartArray("reasoning_details"u8);
            foreach (var detail in _details)
                json.WriteRawValue(detail, skipInputValidation: true);
            json.WriteEndArray();
        }

        WriteCitations(json);
        WriteCalls(json);
        json.WriteEndObject();
    }

    private void WriteCitations(Utf8JsonWriter json)
    {
        if (!_citations.Exists(cited => AnswerJson.Text(cited.Citation, "url") is not null))
            return;
        json.WriteStartArray("annotations"u8);
        foreach (var (citation, start, end) in _citations)
            UrlCitation.TryWriteForChat(json, citation, start, end);
        json.WriteEndArray();
    }

    private void WriteCalls(Utf8JsonWriter json)
    {
        if (_calls.Count == 0)
            return;
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in _calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, AnswerJson.Text(call, "id") is { Length: > 0 } id ? id : $"call_{context.NewId()}");
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, AnswerJson.Text(call, "name") ?? throw new ProviderAnswerException("the provider's answer has a tool call without a name"));
            var input = AnswerJson.Find(call, "input");
            json.WriteString("arguments"u8, input.ValueKind == JsonValueKind.Object ? CompactJson.Of(AnswerJson.Raw(input)) : "{}"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static TokenTotals Usage(JsonElement root)
    {
        var counts = default(MessagesCounts);
        if (AnswerJson.Find(root, "usage") is { ValueKind: JsonValueKind.Object } usage)
        {
            var reader = new Utf8JsonReader(AnswerJson.Raw(usage), new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
            reader.Read();
            MessagesUsage.Read(ref reader, ref counts);
        }

        return counts.ToUsage();
    }
}
