using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using static ModelScan.RoutingApi.Dialects.Translation.ProviderAnswer;

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
        ProviderAnswer.Read(answer, root => new ChatToResponsesResponse(context).Write(root, client));

    private void Write(JsonElement root, IBufferWriter<byte> client)
    {
        if (Find(root, "error"u8) is not null)
            throw new ProviderAnswerException(context.ErrorOf(JsonMarshal.GetRawUtf8Value(root)));
        var choice = FirstChoice(root);
        if (Find(choice, "message"u8) is not { ValueKind: JsonValueKind.Object } message)
            throw new ProviderAnswerException("the provider's answer holds no message");
        var status = ChatAnswerContext.StatusOf(TextOf(choice, "finish_reason"u8));
        AddReasoning(message);
        AddMessage(message, Find(choice, "logprobs"u8));
        AddCalls(message);
        if (status != ResponseStatus.Completed && _items.Count > 0)
            _items[^1].IsIncomplete = true;

        var envelope = context.Envelope(TextOf(root, "id"u8), NumberOf(root, "created"u8));
        using var writer = new Utf8JsonWriter(client, RequestBody.WriterOptions);
        envelope.WriteTo(writer, status, _items, UsageOf(root));
    }

    private static JsonElement FirstChoice(JsonElement root)
    {
        if (Find(root, "choices"u8) is { ValueKind: JsonValueKind.Array } choices)
        {
            foreach (var choice in choices.EnumerateArray())
            {
                if (choice.ValueKind == JsonValueKind.Object && (Find(choice, "index"u8) is not { ValueKind: JsonValueKind.Number } index || (index.TryGetInt32(out var place) && place == 0)))
                    return choice;
            }
        }

        throw new ProviderAnswerException("the provider returned no choices");
    }

    private void AddReasoning(JsonElement message)
    {
        var thought = TextOf(message, "reasoning_content"u8) ?? TextOf(message, "reasoning"u8) ?? "";
        if (context.HasThinkTags && thought.Length == 0 && TextOf(message, "content"u8) is { } content)
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

    private void AddMessage(JsonElement message, JsonElement? logprobs)
    {
        var parts = new List<OutputPart>();
        switch (Find(message, "content"u8))
        {
            case { ValueKind: JsonValueKind.String } text:
                AddText(parts, text);
                break;
            case { ValueKind: JsonValueKind.Array } pieces:
                foreach (var piece in pieces.EnumerateArray())
                {
                    if (piece.ValueKind == JsonValueKind.Object && Find(piece, "text"u8) is { ValueKind: JsonValueKind.String } text)
                        AddText(parts, text);
                }

                break;
        }

        if (parts.Count > 0)
        {
            AddAnnotations(message, parts[0]);
            if (logprobs is { ValueKind: JsonValueKind.Object } given && Find(given, "content"u8) is { ValueKind: JsonValueKind.Array } tokens && tokens.GetArrayLength() > 0)
                parts[0].AddLogprobs(RequestBody.SingleLine(Token(tokens)[1..^1]));
        }

        if (Find(message, "refusal"u8) is { ValueKind: JsonValueKind.String } refusal && Token(refusal).Length > 2)
        {
            var part = new OutputPart(OutputPartKind.Refusal, parts.Count);
            part.Text.Append(Token(refusal));
            parts.Add(part);
        }

        if (parts.Count == 0)
            return;
        var item = new OutputItem(OutputItemKind.Message, "msg_" + context.NewId(), _items.Count);
        item.Parts.AddRange(parts);
        _items.Add(item);
    }

    // Several texts are one: a response's parts are told apart by their kind only.
    private void AddText(List<OutputPart> parts, JsonElement text)
    {
        var token = Token(text);
        if (context.HasThinkTags)
        {
            var tags = new ThinkTags();
            token = EscapedText.TokenOf(tags.Split(Plain(text)).Answer + tags.End().Answer);
        }

        if (token.Length <= 2)
            return;
        if (parts.Count == 0)
            parts.Add(new OutputPart(OutputPartKind.Text, 0));
        parts[0].Text.Append(token);
    }

    private static void AddAnnotations(JsonElement message, OutputPart part)
    {
        if (Find(message, "annotations"u8) is not { ValueKind: JsonValueKind.Array } annotations)
            return;
        foreach (var annotation in annotations.EnumerateArray())
        {
            if (ChatAnnotation.ToResponses(annotation) is { } citation)
                part.Annotations.Add(citation);
        }
    }

    private void AddCalls(JsonElement message)
    {
        if (Find(message, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (call.ValueKind == JsonValueKind.Object && Find(call, "function"u8) is { ValueKind: JsonValueKind.Object } function)
                    AddCall(TextOf(call, "id"u8), function, FindObject(call, "extra_content"u8) is { } extra ? CompactJson.Of(Token(extra)) : []);
            }
        }
        else if (Find(message, "function_call"u8) is { ValueKind: JsonValueKind.Object } legacy)
        {
            AddCall(null, legacy, []);
        }
    }

    private void AddCall(string? id, JsonElement function, byte[] extra)
    {
        if (TextOf(function, "name"u8) is not { Length: > 0 } called)
            throw new ProviderAnswerException("the provider's answer calls a tool without a name");
        var (kind, name, nameSpace) = context.Tool(called);
        var item = new OutputItem(kind, (kind == OutputItemKind.FunctionCall ? "fc_" : "ctc_") + context.NewId(), _items.Count)
        {
            CallId = ChatAnswerContext.CallId(string.IsNullOrEmpty(id) ? "call_" + context.NewId() : id, extra),
            Name = name,
            Namespace = nameSpace,
        };
        var arguments = new EscapedText();
        switch (Find(function, "arguments"u8))
        {
            case { ValueKind: JsonValueKind.String } text:
                arguments.Append(Token(text));
                break;
            case { ValueKind: JsonValueKind.Object } json:
                // Some give the object itself.
                arguments.AppendPlain(json.GetRawText());
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

    private TokenTotals UsageOf(JsonElement root)
    {
        if (Find(root, "usage"u8) is { } given)
        {
            var reader = ReaderOf(given);
            if (ChatUsage.Read(ref reader) is { } usage)
                return usage;
        }

        var bytes = 0L;
        foreach (var item in _items)
            bytes += item.Payload.Length + item.Parts.Sum(part => (long)part.Text.Length);
        return context.EstimateUsage(bytes);
    }
}
