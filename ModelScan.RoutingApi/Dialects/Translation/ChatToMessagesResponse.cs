using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a complete chat completion into a message.</summary>
internal sealed class ChatToMessagesResponse(TranslationContext context, ChatToolNames toolNames, bool showsThinking, long estimatedInput)
{
    /// <summary>Translates <paramref name="answer"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is no chat completion, has no choice, or says that the provider failed.</exception>
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

    private void Write(JsonElement root, ReadOnlySpan<byte> answer, IBufferWriter<byte> client)
    {
        if (AnswerJson.Find(root, "error").ValueKind is JsonValueKind.Object or JsonValueKind.String)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer).Error);
        var choice = FirstChoice(root);
        var message = AnswerJson.Find(choice, "message");
        var refusal = AnswerJson.Text(message, "refusal") is { Length: > 0 } refused ? refused : null;
        var (thought, text) = Texts(message);

        using var json = new Utf8JsonWriter(client, WireJson.Options);
        json.WriteStartObject();
        MessagesJson.WriteHead(json, MessageId(AnswerJson.Text(root, "id"), context), context.ClientModel);
        json.WriteStartArray("content"u8);
        WriteThought(json, message, thought);
        var calls = WriteCalls(message, out var callJson);
        if (text.Length > 0 || (calls == 0 && refusal is null))
            WriteText(json, text, AnswerJson.Find(message, "annotations"));
        if (refusal is not null)
            WriteText(json, refusal, default);
        if (calls > 0)
            json.WriteRawValue(callJson, skipInputValidation: true);
        json.WriteEndArray();
        MessagesJson.WriteStop(json, MessagesStopReason.FromChat(AnswerJson.Text(choice, "finish_reason") ?? "", calls > 0, refusal is not null), null);
        MessagesUsage.Write(json, Usage(root) ?? new TokenTotals(estimatedInput, 0, 0, Math.Max(1, (text.Length + thought.Length + callJson.Length) / 4), 0));
        json.WriteEndObject();
    }

    /// <summary>A message's id from a completion's.</summary>
    public static string MessageId(string? id, TranslationContext context)
    {
        if (string.IsNullOrEmpty(id))
            return $"msg_{context.NewId()}";
        return id.StartsWith("msg_", StringComparison.Ordinal) ? id : $"msg_{id}";
    }

    private static JsonElement FirstChoice(JsonElement root)
    {
        JsonElement first = default;
        foreach (var choice in AnswerJson.Items(AnswerJson.Find(root, "choices")))
        {
            if (choice.ValueKind != JsonValueKind.Object)
                continue;
            var index = AnswerJson.Find(choice, "index");
            if (index.ValueKind != JsonValueKind.Number || (index.TryGetInt32(out var number) && number == 0))
                return choice;
            if (first.ValueKind == JsonValueKind.Undefined)
                first = choice;
        }

        return first.ValueKind == JsonValueKind.Undefined ? throw new ProviderAnswerException("the provider's answer has no choices") : first;
    }

    private (string Thought, string Text) Texts(JsonElement message)
    {
        var thought = new StringBuilder(AnswerJson.Text(message, "reasoning_content") ?? AnswerJson.Text(message, "reasoning"));
        var content = AnswerJson.Find(message, "content");
        var text = new StringBuilder(AnswerJson.TextOf(content));
        foreach (var part in AnswerJson.Items(content))
        {
            // Mistral: {"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}
            foreach (var inner in AnswerJson.Items(AnswerJson.Find(part, "thinking")))
                thought.Append(AnswerJson.Text(inner, "text"));
            text.Append(AnswerJson.Text(part, "text") ?? AnswerJson.Text(part, "refusal"));
        }

        if (!context.Capabilities.ThinkTags)
            return (thought.ToString(), text.ToString());
        var tags = new ThinkTags();
        var (tagged, answer) = tags.Split(text.ToString());
        var (taggedRest, answerRest) = tags.End();
        return (thought.Append(tagged).Append(taggedRest).ToString(), answer + answerRest);
    }

    private void WriteThought(Utf8JsonWriter json, JsonElement message, string thought)
    {
        var details = AnswerJson.Find(message, "reasoning_details");
        var hasDetails = details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0;
        if (!showsThinking || (thought.Length == 0 && !hasDetails))
            return;
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteString("thinking"u8, thought);
        json.WriteString("signature"u8, SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? AssistantTurn.DefaultFamily, hasDetails ? CompactJson.Of(AnswerJson.Raw(details)) : []));
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text, JsonElement annotations)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        UrlCitation.WriteForMessages(json, text, annotations);
        json.WriteEndObject();
    }

    // The calls as items of the content array, joined by commas.
    private int WriteCalls(JsonElement message, out byte[] items)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartArray();
        var count = 0;
        foreach (var call in AnswerJson.Items(AnswerJson.Find(message, "tool_calls")))
        {
            var function = AnswerJson.Find(call, "function");
            if (function.ValueKind != JsonValueKind.Object)
                continue;
            WriteCall(json, AnswerJson.Text(call, "id"), function, AnswerJson.Find(call, "extra_content"));
            count++;
        }

        if (count == 0 && AnswerJson.Find(message, "function_call") is { ValueKind: JsonValueKind.Object } legacy)
        {
            WriteCall(json, null, legacy, default);
            count++;
        }

        json.WriteEndArray();
        json.Flush();
        items = count == 0 ? [] : output.WrittenSpan[1..^1].ToArray();
        return count;
    }

    private void WriteCall(Utf8JsonWriter json, string? id, JsonElement function, JsonElement extra)
    {
        var name = AnswerJson.Text(function, "name") ?? throw new ProviderAnswerException("the provider's answer has a tool call without a name");
        var clientId = ChatToolCallId.ForClient(string.IsNullOrEmpty(id) ? $"toolu_{context.NewId()}" : id, extra.ValueKind == JsonValueKind.Object ? CompactJson.Of(AnswerJson.Raw(extra)) : []);
        MessagesJson.WriteToolUseHead(json, clientId, toolNames.ForClient(name));
        json.WritePropertyName("input"u8);
        var arguments = AnswerJson.Find(function, "arguments");
        if (arguments.ValueKind == JsonValueKind.Object)
            json.WriteRawValue(AnswerJson.Raw(arguments), skipInputValidation: true);
        else
            ToolArguments.WriteObject(json, JsonRepair.ObjectOf(AnswerJson.TextOf(arguments) ?? ""));
        json.WriteEndObject();
    }

    private static TokenTotals? Usage(JsonElement root)
    {
        if (AnswerJson.Find(root, "usage") is not { ValueKind: JsonValueKind.Object } usage)
            return null;
        var reader = new Utf8JsonReader(AnswerJson.Raw(usage), new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        reader.Read();
        return ChatUsage.Read(ref reader);
    }
}
