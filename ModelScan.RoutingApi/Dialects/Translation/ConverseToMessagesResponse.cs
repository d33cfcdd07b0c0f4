using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a complete answer of Converse into a message.</summary>
internal sealed class ConverseToMessagesResponse(TranslationContext context, ChatToolNames toolNames, long estimatedInput)
{
    private bool _hasToolUse;
    private int _blocks;

    /// <summary>Translates <paramref name="answer"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is no answer of Converse, or says that the model failed.</exception>
    public void Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) => AnswerField.Read(answer, root => Write(root, client, answer.Length));

    private void Write(AnswerField root, IBufferWriter<byte> client, int answerBytes)
    {
        if (root.FindObject("output")?.FindObject("message") is not { } message)
        {
            throw root.FindText("message") is { } said
                ? new ProviderAnswerException(ConverseFailure.InStream(context.ProviderName, ConverseFailure.TypeOf(root.FindText("__type")) ?? "", said))
                : new ProviderAnswerException("the provider's answer has no message");
        }

        var reason = root.FindText("stopReason") ?? "";
        if (ConverseStopReason.ErrorOf(reason, context) is { } error)
            throw new ProviderAnswerException(error);
        using var json = new Utf8JsonWriter(client, WireJson.Options);
        json.WriteStartObject();
        MessagesJson.WriteHead(json, $"msg_{context.NewId()}", context.ClientModel);
        json.WriteStartArray("content"u8);
        foreach (var block in message.Items("content"))
            WriteBlock(json, block);
        if (_blocks == 0)
            WriteText(json, "", []);
        json.WriteEndArray();
        MessagesJson.WriteStop(json, ConverseStopReason.ToMessages(reason, _hasToolUse), StopSequence(root));
        MessagesUsage.Write(json, Usage(root) ?? new TokenTotals(estimatedInput, 0, 0, Math.Max(1, TokenEstimate.OfBytes(answerBytes)), 0));
        json.WriteEndObject();
    }

    private void WriteBlock(Utf8JsonWriter json, AnswerField block)
    {
        if (block.FindText("text") is { } text)
        {
            if (text.Length > 0)
                WriteText(json, text, []);
        }
        else if (block.FindObject("toolUse") is { } call)
        {
            WriteCall(json, call);
        }
        else if (block.FindObject("reasoningContent") is { } thought)
        {
            WriteThought(json, thought);
        }
        else if (block.FindObject("citationsContent") is { } cited)
        {
            WriteText(json, string.Concat(cited.Items("content").Select(part => part.FindText("text"))), cited.Items("citations"));
        }
    }

    private void WriteText(Utf8JsonWriter json, string text, IEnumerable<AnswerField> citations)
    {
        _blocks++;
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        var any = false;
        foreach (var citation in citations)
        {
            if (!any)
                json.WriteStartArray("citations"u8);
            any = true;
            ConverseToMessagesCitation.TryWrite(json, citation);
        }

        if (any)
            json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter json, AnswerField call)
    {
        // A tool that ran at Amazon; the texts say what came of it.
        if (call.FindText("type") == "server_tool_use")
            return;
        (_hasToolUse, _blocks) = (true, _blocks + 1);
        var name = call.FindText("name") ?? throw new ProviderAnswerException("the provider's answer has a tool call without a name");
        var id = call.FindText("toolUseId") is { Length: > 0 } given ? given : $"toolu_{context.NewId()}";
        MessagesJson.WriteToolUseHead(json, id, toolNames.ForClient(name));
        json.WritePropertyName("input"u8);
        if (call.Find("input") is not { } input)
            json.WriteRawValue("{}"u8, skipInputValidation: true);
        else if (input.IsObject)
            json.WriteRawValue(CompactJson.Of(input.Raw), skipInputValidation: true);
        else
            ToolArguments.WriteObject(json, input.IsText ? EscapedText.Decode(input.Raw) : Encoding.UTF8.GetString(input.Raw));
        json.WriteEndObject();
    }

    // {"reasoningText": {"text": "…", "signature": "…"}} | {"redactedContent": "…"}
    private void WriteThought(Utf8JsonWriter json, AnswerField thought)
    {
        var family = context.Capabilities.ReasoningFamily;
        if (thought.FindObject("reasoningText") is { } read)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, read.FindText("text") ?? "");
            json.WritePropertyName("signature"u8);
            json.WriteRawValue(ConverseThought.ForClient(family, read.FindToken("signature")), skipInputValidation: true);
        }
        else if (thought.Find("redactedContent") is { IsText: true } redacted)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WritePropertyName("data"u8);
            json.WriteRawValue(ConverseThought.ForClient(family, redacted.Raw), skipInputValidation: true);
        }
        else
        {
            return;
        }

        _blocks++;
        json.WriteEndObject();
    }

    private static string? StopSequence(AnswerField root)
    {
        var fields = root.FindObject("additionalModelResponseFields");
        return fields?.FindText("stop_sequence") ?? fields?.FindObject("delta")?.FindText("stop_sequence");
    }

    private static TokenTotals? Usage(AnswerField root)
    {
        if (root.FindObject("usage") is not { } usage)
            return null;
        var counts = default(MessagesCounts);
        var reader = usage.ToReader();
        ConverseUsage.Read(ref reader, ref counts);
        return counts.ToUsage();
    }
}
