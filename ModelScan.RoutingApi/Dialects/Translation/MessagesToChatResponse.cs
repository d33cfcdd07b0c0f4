using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a complete message into a chat completion.</summary>
internal sealed class MessagesToChatResponse(TranslationContext context)
{
    private readonly StringBuilder _text = new();
    private int _textLength; // in code points
    private readonly StringBuilder _thought = new();
    private readonly List<AnswerField> _calls = [];
    private readonly List<byte[]> _details = [];
    private readonly List<(AnswerField Citation, int Start, int End)> _citations = [];

    /// <summary>Translates <paramref name="answer"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is no message, or says that the provider failed.</exception>
    public void Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) => AnswerField.Read(answer, root => Write(root, client));

    /// <summary>A completion's id from a message's.</summary>
    public static string CompletionId(string? id, TranslationContext context)
    {
        if (string.IsNullOrEmpty(id))
            return $"chatcmpl-{context.NewId()}";
        return id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? id : $"chatcmpl-{id}";
    }

    private void Write(AnswerField root, IBufferWriter<byte> client)
    {
        if (root.FindText("type") == "error" || root.FindObject("error") is not null)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, root.Raw).Error);
        if (root.Find("content") is not { IsArray: true })
            throw new ProviderAnswerException("the provider's answer has no content");
        foreach (var block in root.Items("content"))
            Take(block);

        using var json = new Utf8JsonWriter(client, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, CompletionId(root.FindText("id"), context));
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, context.Time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model"u8, context.ClientModel);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        WriteMessage(json);
        json.WriteString("finish_reason"u8, MessagesStopReason.ToChat(root.FindText("stop_reason") ?? "", _calls.Count > 0));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        ChatUsage.Write(json, Usage(root));
        json.WriteEndObject();
    }

    private void Take(AnswerField block)
    {
        switch (block.FindText("type"))
        {
            case "text":
                var start = _textLength;
                var text = block.FindText("text");
                _text.Append(text);
                _textLength += CodePoints.In(text);
                foreach (var citation in block.Items("citations"))
                    _citations.Add((citation, start, _textLength));
                break;
            case "thinking":
                _thought.Append(block.FindText("thinking"));
                _details.Add(ThoughtDetail.Text(block.FindText("thinking") ?? "", block.FindText("signature"), _details.Count));
                break;
            case "redacted_thinking":
                _details.Add(ThoughtDetail.Encrypted(block.FindText("data") ?? "", _details.Count));
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
        if (!_citations.Exists(cited => cited.Citation.FindText("url") is not null))
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
            json.WriteString("id"u8, call.FindText("id") is { Length: > 0 } id ? id : $"call_{context.NewId()}");
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.FindText("name") ?? throw new ProviderAnswerException("the provider's answer has a tool call without a name"));
            json.WriteString("arguments"u8, call.FindObject("input") is { } input ? CompactJson.Of(input.Raw) : "{}"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static TokenTotals Usage(AnswerField root)
    {
        var counts = default(MessagesCounts);
        if (root.FindObject("usage") is { } usage)
        {
            var reader = usage.ToReader();
            MessagesUsage.Read(ref reader, ref counts);
        }

        return counts.ToUsage();
    }
}
