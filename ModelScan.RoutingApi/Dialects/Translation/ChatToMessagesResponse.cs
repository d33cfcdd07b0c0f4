using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a complete chat completion into a message.</summary>
internal sealed class ChatToMessagesResponse(TranslationContext context, ChatToolNames toolNames, bool showsThinking, long estimatedInput)
{
    /// <summary>Translates <paramref name="answer"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is no chat completion, has no choice, or says that the provider failed.</exception>
    public void Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) => AnswerField.Read(answer, root => Write(root, client));

    private void Write(AnswerField root, IBufferWriter<byte> client)
    {
        if (root.Find("error") is { IsObject: true } or { IsText: true })
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, root.Raw).Error);
        var choice = FirstChoice(root);
        var message = choice.FindObject("message") ?? default;
        var refusal = message.FindText("refusal") is { Length: > 0 } refused ? refused : null;
        var (thought, text) = Texts(message);

        using var json = new Utf8JsonWriter(client, WireJson.Options);
        json.WriteStartObject();
        MessagesJson.WriteHead(json, MessageId(root.FindText("id"), context), context.ClientModel);
        json.WriteStartArray("content"u8);
        WriteThought(json, message, thought);
        var calls = WriteCalls(message, out var callJson);
        if (text.Length > 0 || (calls == 0 && refusal is null))
            WriteText(json, text, message.Items("annotations"));
        if (refusal is not null)
            WriteText(json, refusal, []);
        if (calls > 0)
            json.WriteRawValue(callJson, skipInputValidation: true);
        json.WriteEndArray();
        MessagesJson.WriteStop(json, MessagesStopReason.FromChat(choice.FindText("finish_reason") ?? "", calls > 0, refusal is not null), null);
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

    private static AnswerField FirstChoice(AnswerField root)
    {
        AnswerField? first = null;
        foreach (var choice in root.Items("choices"))
        {
            if (choice.Find("index") is not { Value.ValueKind: JsonValueKind.Number } index || (index.Value.TryGetInt32(out var number) && number == 0))
                return choice;
            first ??= choice;
        }

        return first ?? throw new ProviderAnswerException("the provider's answer has no choices");
    }

    private (string Thought, string Text) Texts(AnswerField message)
    {
        if (!context.Capabilities.ThinkTags && message.Find("content") is not { IsText: false })
            return (message.FindText("reasoning_content") ?? message.FindText("reasoning") ?? "", message.FindText("content") ?? "");
        var thought = new StringBuilder(message.FindText("reasoning_content") ?? message.FindText("reasoning"));
        var text = new StringBuilder(message.FindText("content"));
        foreach (var part in message.Items("content"))
        {
            // Mistral: {"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}
            foreach (var inner in part.Items("thinking"))
                thought.Append(inner.FindText("text"));
            text.Append(part.FindText("text") ?? part.FindText("refusal"));
        }

        if (!context.Capabilities.ThinkTags)
            return (thought.ToString(), text.ToString());
        var tags = new ThinkTags();
        var (tagged, answer) = tags.Split(text.ToString());
        var (taggedRest, answerRest) = tags.End();
        return (thought.Append(tagged).Append(taggedRest).ToString(), answer + answerRest);
    }

    private void WriteThought(Utf8JsonWriter json, AnswerField message, string thought)
    {
        var details = message.Find("reasoning_details") is { IsArray: true } given && given.Value.GetArrayLength() > 0 ? CompactJson.Of(given.Raw) : [];
        if (!showsThinking || (thought.Length == 0 && details.Length == 0))
            return;
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteString("thinking"u8, thought);
        json.WriteString("signature"u8, SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? AssistantTurn.DefaultFamily, details));
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text, IEnumerable<AnswerField> annotations)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        UrlCitation.WriteForMessages(json, text, annotations);
        json.WriteEndObject();
    }

    // The calls as items of the content array, joined by commas.
    private int WriteCalls(AnswerField message, out byte[] items)
    {
        items = [];
        if (message.Find("tool_calls") is null && message.Find("function_call") is null)
            return 0;
        using var output = new PooledBuffer();
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartArray();
        var count = 0;
        foreach (var call in message.Items("tool_calls"))
        {
            if (call.FindObject("function") is not { } function)
                continue;
            WriteCall(json, call.FindText("id"), function, call.FindObject("extra_content") is { } extra ? CompactJson.Of(extra.Raw) : []);
            count++;
        }

        if (count == 0 && message.FindObject("function_call") is { } legacy)
        {
            WriteCall(json, null, legacy, []);
            count++;
        }

        json.WriteEndArray();
        json.Flush();
        if (count > 0)
            items = output.WrittenSpan[1..^1].ToArray();
        return count;
    }

    private void WriteCall(Utf8JsonWriter json, string? id, AnswerField function, byte[] extra)
    {
        var name = function.FindText("name") ?? throw new ProviderAnswerException("the provider's answer has a tool call without a name");
        var clientId = ChatToolCallId.ForClient(string.IsNullOrEmpty(id) ? $"toolu_{context.NewId()}" : id, extra);
        MessagesJson.WriteToolUseHead(json, clientId, toolNames.ForClient(name));
        json.WritePropertyName("input"u8);
        if (function.FindObject("arguments") is { } arguments)
            json.WriteRawValue(arguments.Raw, skipInputValidation: true);
        else
            ToolArguments.WriteObject(json, JsonRepair.ObjectOf(function.FindText("arguments") ?? ""));
        json.WriteEndObject();
    }

    private static TokenTotals? Usage(AnswerField root)
    {
        if (root.FindObject("usage") is not { } usage)
            return null;
        var reader = usage.ToReader();
        return ChatUsage.Read(ref reader);
    }
}
