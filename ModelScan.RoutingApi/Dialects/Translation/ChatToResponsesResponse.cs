using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Translates a chat completion into a response: reasoning, then the message with text, citations and refusal, then the calls.
/// Only the first choice counts; a request of this API never asks for more.
/// </summary>
internal sealed class ChatToResponsesResponse(ChatAnswerContext context)
{
    private readonly List<OutputItem> _items = [];

    /// <summary>Translates.</summary>
    /// <exception cref="ProviderAnswerException">It is not a chat completion, or reports an error.</exception>
    public static void Translate(ReadOnlyMemory<byte> answer, ChatAnswerContext context, IBufferWriter<byte> client) =>
        AnswerField.Read(answer, root => new ChatToResponsesResponse(context).Write(root, client));

    private void Write(AnswerField root, IBufferWriter<byte> client)
    {
        if (root.Find("error") is not null)
            throw new ProviderAnswerException(context.ErrorOf(root.Raw));
        var choice = FirstChoice(root);
        if (choice.FindObject("message") is not { } message)
            throw new ProviderAnswerException("the provider's answer holds no message");
        var status = ChatAnswerContext.StatusOf(choice.FindText("finish_reason"));
        AddReasoning(message);
        AddMessage(message, choice.FindObject("logprobs"));
        AddCalls(message);
        if (status != ResponseStatus.Completed && _items.Count > 0)
            _items[^1].IsIncomplete = true;

        var envelope = context.Envelope(root.FindText("id"), root.Count("created"));
        using var writer = new Utf8JsonWriter(client, RequestBody.WriterOptions);
        envelope.WriteTo(writer, status, _items, UsageOf(root));
    }

    private static AnswerField FirstChoice(AnswerField root)
    {
        foreach (var choice in root.Items("choices"))
        {
            if (choice.Find("index") is not { Value.ValueKind: JsonValueKind.Number } index || (index.Value.TryGetInt32(out var place) && place == 0))
                return choice;
        }

        throw new ProviderAnswerException("the provider returned no choices");
    }

    private void AddReasoning(AnswerField message)
    {
        var thought = message.FindText("reasoning_content") ?? message.FindText("reasoning") ?? "";
        if (context.HasThinkTags && thought.Length == 0 && message.FindText("content") is { } content)
        {
            var tags = new ThinkTags();
            thought = tags.Split(content).Thought + tags.End().Thought;
        }

        if (thought.Length == 0)
            return;
        var item = new OutputItem(OutputItemKind.Reasoning, "rs_" + context.NewId(), _items.Count);
        var part = new OutputPart(context.ShowsSummary ? OutputPartKind.ReasoningSummary : OutputPartKind.ReasoningText, 0);
        part.Text.AppendPlain(thought);
        item.Parts.Add(part);
        if (context.SealsReasoning)
        {
            item.EncryptedContent = new EscapedText();
            item.EncryptedContent.Append(ChatReasoning.Seal(thought));
        }

        _items.Add(item);
    }

    private void AddMessage(AnswerField message, AnswerField? logprobs)
    {
        var parts = new List<OutputPart>();
        if (message.Find("content") is { IsText: true } whole)
            AddText(parts, whole);
        foreach (var piece in message.Items("content"))
        {
            if (piece.Find("text") is { IsText: true } text)
                AddText(parts, text);
        }

        if (parts.Count > 0)
        {
            AddAnnotations(message, parts[0]);
            if (logprobs?.Find("content") is { IsArray: true } tokens && tokens.Value.GetArrayLength() > 0)
                parts[0].AddLogprobs(RequestBody.SingleLine(tokens.Raw[1..^1]));
        }

        var refusal = message.FindToken("refusal");
        if (refusal.Length > 2)
        {
            var part = new OutputPart(OutputPartKind.Refusal, parts.Count);
            part.Text.Append(refusal);
            parts.Add(part);
        }

        if (parts.Count == 0)
            return;
        var item = new OutputItem(OutputItemKind.Message, "msg_" + context.NewId(), _items.Count);
        item.Parts.AddRange(parts);
        _items.Add(item);
    }

    // Several texts are one: a response's parts are told apart by their kind only.
    private void AddText(List<OutputPart> parts, AnswerField text)
    {
        var token = text.Raw;
        if (context.HasThinkTags)
        {
            var tags = new ThinkTags();
            token = EscapedText.TokenOf(tags.Split(EscapedText.Decode(token)).Answer + tags.End().Answer);
        }

        if (token.Length <= 2)
            return;
        if (parts.Count == 0)
            parts.Add(new OutputPart(OutputPartKind.Text, 0));
        parts[0].Text.Append(token);
    }

    private static void AddAnnotations(AnswerField message, OutputPart part)
    {
        foreach (var annotation in message.Items("annotations"))
        {
            if (ChatAnnotation.ToResponses(annotation.Value) is { } citation)
                part.Annotations.Add(citation);
        }
    }

    private void AddCalls(AnswerField message)
    {
        if (message.Find("tool_calls") is not { IsArray: true })
        {
            if (message.FindObject("function_call") is { } legacy)
                AddCall(null, legacy, []);
            return;
        }

        foreach (var call in message.Items("tool_calls"))
        {
            if (call.FindObject("function") is { } function)
                AddCall(call.FindText("id"), function, call.FindObject("extra_content") is { } extra ? CompactJson.Of(extra.Raw) : []);
        }
    }

    private void AddCall(string? id, AnswerField function, byte[] extra)
    {
        if (function.FindText("name") is not { Length: > 0 } called)
            throw new ProviderAnswerException("the provider's answer calls a tool without a name");
        var (kind, name, nameSpace) = context.Tool(called);
        var item = new OutputItem(kind, (kind == OutputItemKind.FunctionCall ? "fc_" : "ctc_") + context.NewId(), _items.Count)
        {
            CallId = ChatAnswerContext.CallId(string.IsNullOrEmpty(id) ? "call_" + context.NewId() : id, extra),
            Name = name,
            Namespace = nameSpace,
        };
        var arguments = new EscapedText();
        switch (function.Find("arguments"))
        {
            case { IsText: true } text:
                arguments.Append(text.Raw);
                break;
            case { IsObject: true } json:
                // Some give the object itself.
                arguments.AppendPlain(json.Value.GetRawText());
                break;
        }

        if (arguments.IsEmpty)
            arguments.AppendPlain("{}");
        if (context.RepairsArguments && kind == OutputItemKind.FunctionCall)
            item.Payload.AppendPlain(JsonRepair.ObjectOf(arguments.ToString()));
        else
            item.Payload.Append(kind == OutputItemKind.FunctionCall ? arguments.Token : CustomToolInput.FromArguments(arguments));
        _items.Add(item);
    }

    private TokenTotals UsageOf(AnswerField root)
    {
        if (root.Find("usage") is { } given)
        {
            var reader = given.ToReader();
            if (ChatUsage.Read(ref reader) is { } usage)
                return usage;
        }

        var bytes = 0L;
        foreach (var item in _items)
            bytes += item.Payload.Length + item.Parts.Sum(part => (long)part.Text.Length);
        return context.EstimateUsage(bytes);
    }
}
