using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Translates a response into a chat completion of one choice: texts become its content, summaries of reasoning its
/// <c>reasoning_content</c>, sealed reasoning its <c>reasoning_details</c>, calls its <c>tool_calls</c>. What the provider's own tools
/// did has no place in it.
/// </summary>
internal sealed class ResponsesToChatResponse(ResponsesAnswerContext context)
{
    /// <summary>Tells whose sealed reasoning stands in <c>reasoning_details</c>.</summary>
    public const string ReasoningFormat = "openai-responses-v1";

    private readonly EscapedText _text = new();
    private readonly EscapedText _refusal = new();
    private readonly EscapedText _thought = new();
    private readonly List<AnswerField> _sealed = [];
    private readonly List<AnswerField> _calls = [];
    private readonly List<byte[]> _annotations = [];
    private readonly List<byte[]> _logprobs = [];

    /// <summary>Translates.</summary>
    /// <exception cref="ProviderAnswerException">It is not a response, or the response failed.</exception>
    public static void Translate(ReadOnlyMemory<byte> answer, ResponsesAnswerContext context, IBufferWriter<byte> client) =>
        AnswerField.Read(answer, root => new ResponsesToChatResponse(context).Write(root, client));

    private void Write(AnswerField root, IBufferWriter<byte> client)
    {
        var status = root.FindText("status");
        if (root.Find("error") is not null)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, root.Raw).Error);
        if (status is "failed" or "cancelled")
            throw new ProviderAnswerException($"the provider's response is {status}");
        if (root.Find("output") is not { IsArray: true })
            throw new ProviderAnswerException("the provider's answer holds no output");
        foreach (var item in root.Items("output"))
            Take(item);

        using var writer = new Utf8JsonWriter(client, RequestBody.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, context.IdOf(root.FindText("id")));
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, context.CreatedAt(root.Count("created_at")));
        writer.WriteString("model"u8, context.Model);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        WriteMessage(writer);
        WriteLogprobs(writer);
        var reason = root.Find("incomplete_details")?.FindText("reason");
        writer.WriteString("finish_reason"u8, ResponsesAnswerContext.FinishReason(_calls.Count > 0, status, reason));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WritePropertyName("usage"u8);
        ChatUsage.Write(writer, UsageOf(root));
        if (root.Find("service_tier") is { IsText: true } tier)
            WriteRaw(writer, "service_tier"u8, tier.Raw);
        writer.WriteEndObject();
    }

    private void Take(AnswerField item)
    {
        switch (item.FindText("type"))
        {
            case "message":
                TakeMessage(item);
                break;
            case "reasoning":
                TakeReasoning(item);
                break;
            case "function_call" or "custom_tool_call":
                if (item.Find("name") is not { IsText: true } || item.Find("call_id") is not { IsText: true })
                    throw new ProviderAnswerException("the provider's answer calls a tool without a name or an id");
                _calls.Add(item);
                break;
        }
    }

    private void TakeMessage(AnswerField item)
    {
        var isFirst = true;
        foreach (var part in item.Items("content"))
        {
            var text = part.FindToken("text");
            if (part.Find("refusal") is { IsText: true } refusal)
            {
                _refusal.Append(refusal.Raw);
            }
            else if (text.Length > 2)
            {
                // Messages are paragraphs of one content.
                if (isFirst && !_text.IsEmpty)
                    _text.AppendPlain("\n\n");
                isFirst = false;
                _text.Append(text);
            }

            foreach (var annotation in part.Items("annotations"))
            {
                if (ChatAnnotation.FromResponses(annotation.Value) is { } citation)
                    _annotations.Add(citation);
            }

            foreach (var logprob in part.Items("logprobs"))
                _logprobs.Add(RequestBody.SingleLine(logprob.Raw));
        }
    }

    private void TakeReasoning(AnswerField item)
    {
        if (item.Find("encrypted_content") is { IsText: true })
            _sealed.Add(item);
        foreach (var part in item.Items("content"))
            Think(part);
        foreach (var part in item.Items("summary"))
            Think(part);
    }

    private void Think(AnswerField part)
    {
        if (part.Find("text") is not { IsText: true } text)
            return;
        if (!_thought.IsEmpty)
            _thought.AppendPlain("\n\n");
        _thought.Append(text.Raw);
    }

    private void WriteMessage(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        if (_text.IsEmpty)
            writer.WriteNull("content"u8);
        else
            WriteRaw(writer, "content"u8, _text.Token);
        if (_refusal.IsEmpty)
            writer.WriteNull("refusal"u8);
        else
            WriteRaw(writer, "refusal"u8, _refusal.Token);
        if (!_thought.IsEmpty)
            WriteRaw(writer, "reasoning_content"u8, _thought.Token);
        if (_sealed.Count > 0)
        {
            writer.WriteStartArray("reasoning_details"u8);
            foreach (var item in _sealed)
                writer.WriteRawValue(Sealed(item.Find("id") is { IsText: true } id ? id.Raw : default, item.FindToken("encrypted_content")), skipInputValidation: true);
            writer.WriteEndArray();
        }

        if (_calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var call in _calls)
                WriteCall(writer, call);
            writer.WriteEndArray();
        }

        writer.WriteStartArray("annotations"u8);
        foreach (var annotation in _annotations)
            writer.WriteRawValue(annotation, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>One element of <c>reasoning_details</c>, on a single line.</summary>
    /// <param name="id">JSON string of the item's id; empty where it has none.</param>
    /// <param name="encrypted">JSON string of what is sealed.</param>
    public static byte[] Sealed(ReadOnlySpan<byte> id, ReadOnlySpan<byte> encrypted)
    {
        var json = new ArrayBufferWriter<byte>(encrypted.Length + 128);
        using var writer = new Utf8JsonWriter(json, WireJson.Options);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "reasoning.encrypted"u8);
        if (!id.IsEmpty)
            WriteRaw(writer, "id"u8, id);
        WriteRaw(writer, "data"u8, encrypted);
        writer.WriteString("format"u8, ReasoningFormat);
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    private static void WriteCall(Utf8JsonWriter writer, AnswerField item)
    {
        var isCustom = item.FindText("type") == "custom_tool_call";
        writer.WriteStartObject();
        WriteRaw(writer, "id"u8, item.FindToken("call_id"));
        writer.WriteString("type"u8, isCustom ? "custom"u8 : "function"u8);
        writer.WriteStartObject(isCustom ? "custom"u8 : "function"u8);
        WriteRaw(writer, "name"u8, item.FindToken("name"));
        WriteRaw(writer, isCustom ? "input"u8 : "arguments"u8, item.FindToken(isCustom ? "input" : "arguments"));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteLogprobs(Utf8JsonWriter writer)
    {
        if (_logprobs.Count == 0)
        {
            writer.WriteNull("logprobs"u8);
            return;
        }

        writer.WriteStartObject("logprobs"u8);
        writer.WriteStartArray("content"u8);
        foreach (var logprob in _logprobs)
            writer.WriteRawValue(logprob, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteNull("refusal"u8);
        writer.WriteEndObject();
    }

    private TokenTotals UsageOf(AnswerField root)
    {
        if (root.FindObject("usage") is { } given)
        {
            var reader = given.ToReader();
            if (ResponseUsage.Read(ref reader) is { } usage)
                return usage;
        }

        return context.EstimateUsage((long)_text.Length + _thought.Length + _refusal.Length);
    }

    private static void WriteRaw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(value, skipInputValidation: true);
    }
}
