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
    private readonly List<JsonElement> _sealed = [];
    private readonly List<JsonElement> _calls = [];
    private readonly List<byte[]> _annotations = [];
    private readonly List<byte[]> _logprobs = [];

    /// <summary>Translates.</summary>
    /// <exception cref="ProviderAnswerException">It is not a response, or the response failed.</exception>
    public static void Translate(ReadOnlyMemory<byte> answer, ResponsesAnswerContext context, IBufferWriter<byte> client) =>
        ProviderAnswer.Read(answer, root => new ResponsesToChatResponse(context).Write(root, client));

    private void Write(JsonElement root, IBufferWriter<byte> client)
    {
        var status = ProviderAnswer.TextOf(root, "status"u8);
        if (ProviderAnswer.Find(root, "error"u8) is not null)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, ProviderAnswer.Token(root)).Error);
        if (status is "failed" or "cancelled")
            throw new ProviderAnswerException($"the provider's response is {status}");
        if (ProviderAnswer.Find(root, "output"u8) is not { ValueKind: JsonValueKind.Array })
            throw new ProviderAnswerException("the provider's answer holds no output");
        foreach (var item in ProviderAnswer.Items(root, "output"u8))
            Take(item);

        using var writer = new Utf8JsonWriter(client, RequestBody.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, context.IdOf(ProviderAnswer.TextOf(root, "id"u8)));
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, context.CreatedAt(ProviderAnswer.NumberOf(root, "created_at"u8)));
        writer.WriteString("model"u8, context.Model);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        WriteMessage(writer);
        WriteLogprobs(writer);
        var reason = ProviderAnswer.FindObject(root, "incomplete_details"u8) is { } details ? ProviderAnswer.TextOf(details, "reason"u8) : null;
        writer.WriteString("finish_reason"u8, ResponsesAnswerContext.FinishReason(_calls.Count > 0, status, reason));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WritePropertyName("usage"u8);
        ChatUsage.Write(writer, UsageOf(root));
        if (ProviderAnswer.FindString(root, "service_tier"u8) is { } tier)
            WriteRaw(writer, "service_tier"u8, ProviderAnswer.Token(tier));
        writer.WriteEndObject();
    }

    private void Take(JsonElement item)
    {
        switch (ProviderAnswer.TextOf(item, "type"u8))
        {
            case "message":
                TakeMessage(item);
                break;
            case "reasoning":
                TakeReasoning(item);
                break;
            case "function_call" or "custom_tool_call":
                if (ProviderAnswer.FindString(item, "name"u8) is null || ProviderAnswer.FindString(item, "call_id"u8) is null)
                    throw new ProviderAnswerException("the provider's answer calls a tool without a name or an id");
                _calls.Add(item);
                break;
        }
    }

    private void TakeMessage(JsonElement item)
    {
        var isFirst = true;
        foreach (var part in ProviderAnswer.Items(item, "content"u8))
        {
            if (ProviderAnswer.FindString(part, "refusal"u8) is { } refusal)
            {
                _refusal.Append(ProviderAnswer.Token(refusal));
            }
            else if (ProviderAnswer.FindString(part, "text"u8) is { } text && ProviderAnswer.Token(text).Length > 2)
            {
                // Messages are paragraphs of one content.
                if (isFirst && !_text.IsEmpty)
                    _text.AppendPlain("\n\n");
                isFirst = false;
                _text.Append(ProviderAnswer.Token(text));
            }

            foreach (var annotation in ProviderAnswer.Items(part, "annotations"u8))
            {
                if (ChatAnnotation.FromResponses(annotation) is { } citation)
                    _annotations.Add(citation);
            }

            foreach (var logprob in ProviderAnswer.Items(part, "logprobs"u8))
                _logprobs.Add(RequestBody.SingleLine(ProviderAnswer.Token(logprob)));
        }
    }

    private void TakeReasoning(JsonElement item)
    {
        if (ProviderAnswer.FindString(item, "encrypted_content"u8) is not null)
            _sealed.Add(item);
        foreach (var part in ProviderAnswer.Items(item, "content"u8))
            Think(part);
        foreach (var part in ProviderAnswer.Items(item, "summary"u8))
            Think(part);
    }

    private void Think(JsonElement part)
    {
        if (ProviderAnswer.FindString(part, "text"u8) is not { } text)
            return;
        if (!_thought.IsEmpty)
            _thought.AppendPlain("\n\n");
        _thought.Append(ProviderAnswer.Token(text));
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
                writer.WriteRawValue(Sealed(ProviderAnswer.FindString(item, "id"u8) is { } id ? ProviderAnswer.Token(id) : default, ProviderAnswer.Token(item.GetProperty("encrypted_content"u8))), skipInputValidation: true);
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

    private static void WriteCall(Utf8JsonWriter writer, JsonElement item)
    {
        var isCustom = item.GetProperty("type"u8).ValueEquals("custom_tool_call"u8);
        writer.WriteStartObject();
        WriteRaw(writer, "id"u8, ProviderAnswer.Token(item.GetProperty("call_id"u8)));
        writer.WriteString("type"u8, isCustom ? "custom"u8 : "function"u8);
        writer.WriteStartObject(isCustom ? "custom"u8 : "function"u8);
        WriteRaw(writer, "name"u8, ProviderAnswer.Token(item.GetProperty("name"u8)));
        var payload = ProviderAnswer.FindString(item, isCustom ? "input"u8 : "arguments"u8);
        WriteRaw(writer, isCustom ? "input"u8 : "arguments"u8, payload is { } given ? ProviderAnswer.Token(given) : "\"\""u8);
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

    private TokenTotals UsageOf(JsonElement root)
    {
        if (ProviderAnswer.FindObject(root, "usage"u8) is { } given)
        {
            var reader = ProviderAnswer.ReaderOf(given);
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
