using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a whole Messages answer into a response.</summary>
internal sealed class MessagesToResponsesResponse
{
    private readonly TranslationContext _context;
    private readonly ResponsesToMessagesRequest _request;
    private readonly List<OutputItem> _items = [];
    private OutputPart? _text;
    private int _textLength;

    private MessagesToResponsesResponse(TranslationContext context, ResponsesToMessagesRequest request) => (_context, _request) = (context, request);

    /// <summary>Writes the response.</summary>
    /// <param name="answer">The provider's message.</param>
    /// <param name="context">Names, ids, clock.</param>
    /// <param name="request">The request that it answers.</param>
    /// <param name="client">Where the response goes.</param>
    /// <exception cref="ProviderAnswerException">It is no message.</exception>
    public static void Write(ReadOnlyMemory<byte> answer, TranslationContext context, ResponsesToMessagesRequest request, IBufferWriter<byte> client)
    {
        AnswerField.Read(answer, message =>
        {
            if (message.Find("error") is not null)
                throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer.Span).Error);
            if (message.Find("content") is not { IsArray: true })
                throw new ProviderAnswerException("the provider's answer is no message: it has no content");
            var translation = new MessagesToResponsesResponse(context, request);
            foreach (var block in message.Items("content"))
                translation.Add(block);
            translation.Write(message, client);
        });
    }

    /// <summary>A call's item, in the words in which the client offered the tool.</summary>
    public static (OutputItemKind Kind, string Name, string? Namespace) Describe(ResponsesTools tools, string name) => tools.Find(name) is { } tool
        ? (tool.IsCustom ? OutputItemKind.CustomToolCall : OutputItemKind.FunctionCall, tool.OwnName, tool.Namespace)
        : (OutputItemKind.FunctionCall, name, null);

    /// <summary>A thought's state, sealed for the client to send back; <see langword="null"/> where there is none.</summary>
    public static EscapedText Seal(TranslationContext context, ThinkingBlock thought)
    {
        var text = new EscapedText();
        text.AppendPlain(SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? SealedReasoning.Anthropic, thought.ToJson()));
        return text;
    }

    private void Add(AnswerField block)
    {
        var type = block.FindText("type");
        if (type == "text")
        {
            AddText(block);
            return;
        }

        _text = null;
        switch (type)
        {
            case "thinking":
                AddThought(block.FindToken("thinking"), block.FindText("signature") is { Length: > 0 } signature ? ThinkingBlock.Thinking(block.FindText("thinking") ?? "", signature) : null);
                break;
            case "redacted_thinking" when block.FindText("data") is { } data:
                AddThought("\"\""u8, ThinkingBlock.Redacted(data));
                break;
            case "tool_use":
                AddCall(block);
                break;
        }
    }

    // Anthropic cuts a text where its citations change; for Responses it is one text.
    private void AddText(AnswerField block)
    {
        var token = block.FindToken("text");
        if (token.Length == 2)
            return;
        if (_text is null)
        {
            var item = new OutputItem(OutputItemKind.Message, "msg_" + _context.NewId(), _items.Count) { IsDone = true };
            _text = new OutputPart(OutputPartKind.Text, 0);
            _textLength = 0;
            item.Parts.Add(_text);
            _items.Add(item);
        }

        var start = _textLength;
        _textLength += CodePoints.InToken(token);
        _text.Text.Append(token);
        foreach (var citation in block.Items("citations"))
        {
            if (MessagesToResponsesCitation.ToAnnotation(citation, start, _textLength) is { } annotation)
                _text.Annotations.Add(annotation);
        }
    }

    private void AddThought(ReadOnlySpan<byte> shown, ThinkingBlock? thought)
    {
        var item = new OutputItem(OutputItemKind.Reasoning, "rs_" + _context.NewId(), _items.Count) { IsDone = true };
        if (shown.Length > 2)
        {
            var summary = new OutputPart(OutputPartKind.ReasoningSummary, 0);
            summary.Text.Append(shown);
            item.Parts.Add(summary);
        }

        if (thought is not null)
            item.EncryptedContent = Seal(_context, thought);
        _items.Add(item);
    }

    private void AddCall(AnswerField block)
    {
        var (kind, name, space) = Describe(_request.Tools, block.FindText("name") ?? "");
        var id = (kind == OutputItemKind.FunctionCall ? "fc_" : "ctc_") + _context.NewId();
        var item = new OutputItem(kind, id, _items.Count)
        {
            CallId = block.FindText("id") ?? "call_" + _context.NewId(),
            Name = name,
            Namespace = space,
            IsDone = true,
        };
        var arguments = block.Find("input") is { IsObject: true } input ? input.Raw : "{}"u8;
        var text = new EscapedText();
        text.AppendPlain(Encoding.UTF8.GetString(arguments));
        item.Payload.Append(kind == OutputItemKind.FunctionCall ? text.Token : CustomToolInput.FromArguments(text));
        _items.Add(item);
    }

    private void Write(AnswerField message, IBufferWriter<byte> client)
    {
        var status = MessagesOutcome.StatusOf(message.FindText("stop_reason"));
        if (status != ResponseStatus.Completed && _items.Count > 0)
            _items[^1].IsIncomplete = true;
        var envelope = new ResponseEnvelope(
            ResponseId(message.FindText("id"), _context), _context.Time.GetUtcNow().ToUnixTimeSeconds(), _context.ClientModel, _request.Echo);
        using var json = new Utf8JsonWriter(client, WireJson.Options);
        envelope.WriteTo(json, status, _items, UsageOf(message));
    }

    /// <summary>The provider's id in the shape of a response's, so that both sides' logs can be matched.</summary>
    public static string ResponseId(string? id, TranslationContext context)
    {
        var own = id ?? "";
        if (own.StartsWith("msg_", StringComparison.Ordinal))
            own = own["msg_".Length..];
        return "resp_" + (own.Length > 0 ? own : context.NewId());
    }

    // What was cached is part of the input, as Responses counts.
    private static TokenTotals? UsageOf(AnswerField message)
    {
        if (message.Find("usage") is not { IsObject: true } usage)
            return null;
        var (read, written) = (usage.Count("cache_read_input_tokens"), usage.Count("cache_creation_input_tokens"));
        var thinking = usage.Find("output_tokens_details")?.Count("thinking_tokens") ?? 0;
        return new TokenTotals(usage.Count("input_tokens") + read + written, read, written, usage.Count("output_tokens"), thinking);
    }
}
