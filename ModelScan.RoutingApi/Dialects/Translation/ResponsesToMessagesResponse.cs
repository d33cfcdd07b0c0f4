using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a whole response into a message.</summary>
internal sealed class ResponsesToMessagesResponse
{
    private readonly TranslationContext _context;
    private readonly MessagesToResponsesRequest _request;
    private readonly Utf8JsonWriter _json;
    private bool _hasContent;
    private bool _hasCalls;
    private bool _isRefused;
    private long _outputBytes;

    private ResponsesToMessagesResponse(TranslationContext context, MessagesToResponsesRequest request, Utf8JsonWriter json) =>
        (_context, _request, _json) = (context, request, json);

    /// <summary>Writes the message.</summary>
    /// <param name="answer">The provider's response.</param>
    /// <param name="context">Names, ids.</param>
    /// <param name="request">The request that it answers.</param>
    /// <param name="client">Where the message goes.</param>
    /// <exception cref="ProviderAnswerException">It is no response, or one that failed.</exception>
    public static void Write(ReadOnlyMemory<byte> answer, TranslationContext context, MessagesToResponsesRequest request, IBufferWriter<byte> client)
    {
        AnswerField.Read(answer, response =>
        {
            if (response.Find("error") is not null || response.FindText("status") is "failed" or "cancelled")
                throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer.Span).Error);
            if (response.Find("output") is not { IsArray: true })
                throw new ProviderAnswerException("the provider's answer is no response: it has no output");
            using var json = new Utf8JsonWriter(client, WireJson.Options);
            new ResponsesToMessagesResponse(context, request, json).Write(response);
        });
    }

    private void Write(AnswerField response)
    {
        _json.WriteStartObject();
        MessagesJson.WriteHead(_json, ResponsesOutcome.MessageId(response.FindText("id"), _context), _context.ClientModel);
        _json.WriteStartArray("content"u8);
        foreach (var item in response.Items("output"))
            WriteItem(item);
        if (!_hasContent)
            WriteText("\"\""u8, []);
        _json.WriteEndArray();
        var reason = response.Find("incomplete_details")?.FindText("reason");
        MessagesJson.WriteStop(_json, ResponsesOutcome.StopReason(response.FindText("status") == "incomplete", reason, _hasCalls, _isRefused), null);
        MessagesUsage.Write(_json, UsageOf(response));
        _json.WriteEndObject();
    }

    private void WriteItem(AnswerField item)
    {
        switch (item.FindText("type"))
        {
            case "message":
                foreach (var part in item.Items("content"))
                    WritePart(part);
                break;
            case "reasoning" when _request.WantsThinking:
                WriteThought(item);
                break;
            case "function_call":
                WriteCall(item, item.FindText("arguments") ?? "");
                break;
            case "custom_tool_call":
                WriteCall(item, Encoding.UTF8.GetString(CustomToolInput.ToArguments(item.FindToken("input"))));
                break;
        }
    }

    private void WritePart(AnswerField part)
    {
        switch (part.FindText("type"))
        {
            case "output_text":
                var citations = new List<byte[]>();
                foreach (var annotation in part.Items("annotations"))
                {
                    if (ResponsesToMessagesCitation.ToCitation(annotation) is { } citation)
                        citations.Add(citation);
                }

                if (part.FindToken("text").Length > 2)
                    WriteText(part.FindToken("text"), citations);
                break;
            case "refusal":
                _isRefused = true;
                if (part.FindToken("refusal").Length > 2)
                    WriteText(part.FindToken("refusal"), []);
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> token, List<byte[]> citations)
    {
        _hasContent = true;
        _outputBytes += token.Length - 2;
        _json.WriteStartObject();
        _json.WriteString("type"u8, "text"u8);
        _json.WritePropertyName("text"u8);
        _json.WriteRawValue(token, skipInputValidation: true);
        if (citations.Count > 0)
        {
            _json.WriteStartArray("citations"u8);
            foreach (var citation in citations)
                _json.WriteRawValue(citation, skipInputValidation: true);
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    // The client sees the summary, or, of models that show it, the reasoning itself.
    private void WriteThought(AnswerField item)
    {
        var thought = ReasoningItem.Read(item);
        var shown = JoinTexts(item, "summary");
        if (shown.Length == 0)
            shown = JoinTexts(item, "content");
        if (thought is null && shown.Length == 0)
            return;
        _hasContent = true;
        ThinkingBlock.Thinking(shown, ResponsesOutcome.Seal(_context, thought)).Write(_json);
    }

    private static string JoinTexts(AnswerField item, string name)
    {
        var text = new StringBuilder();
        foreach (var part in item.Items(name))
        {
            if (text.Length > 0)
                text.Append("\n\n");
            text.Append(part.FindText("text"));
        }

        return text.ToString();
    }

    private void WriteCall(AnswerField item, string arguments)
    {
        (_hasContent, _hasCalls) = (true, true);
        _outputBytes += arguments.Length;
        var id = item.FindText("call_id") ?? item.FindText("id") ?? "call_" + _context.NewId();
        MessagesJson.WriteToolUseHead(_json, ToolCallId.ForMessages(id), _request.Tools.ClientName(item.FindText("name") ?? ""));
        _json.WritePropertyName("input"u8);
        ToolArguments.WriteObject(_json, arguments);
        _json.WriteEndObject();
    }

    private TokenTotals UsageOf(AnswerField response)
    {
        if (response.Find("usage") is not { IsObject: true } usage)
            return new TokenTotals(_request.EstimatedTokens, 0, 0, MessagesToResponsesRequest.TokensOf(_outputBytes), 0);
        var input = usage.Find("input_tokens_details");
        return new TokenTotals(
            usage.Count("input_tokens"),
            input?.Count("cached_tokens") ?? 0,
            input?.Count("cache_write_tokens") ?? 0,
            usage.Count("output_tokens"),
            usage.Find("output_tokens_details")?.Count("reasoning_tokens") ?? 0);
    }
}
