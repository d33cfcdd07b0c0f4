using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Reads what a Chat Completions request wants (https://platform.openai.com/docs/api-reference/chat/create).</summary>
internal sealed class ChatRequestReader
{
    private readonly Request _request;
    private readonly Conversation _conversation;
    private int _legacyCalls;

    private ChatRequestReader(RequestField root)
    {
        _request = new Request(ApiFormat.ChatCompletions, root);
        _conversation = new Conversation(_request);
    }

    /// <summary>Reads <paramref name="root"/>.</summary>
    /// <exception cref="InvalidRequestException">It is not a request of this format.</exception>
    public static Request Read(RequestField root)
    {
        var reader = new ChatRequestReader(root);
        foreach (var (name, field) in root.Fields())
            reader.ReadField(name, field);
        reader.ReadMessages(root.Get("messages"));
        reader._request.Reasoning = ReadReasoning(root, reader._request.Losses);
        ChatTools.Read(root, reader._request);
        return reader._request;
    }

    private void ReadField(string name, RequestField field)
    {
        switch (name)
        {
            case "model" or "messages" or "reasoning_effort" or "reasoning":
            case "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "web_search_options":
                break;
            case "max_completion_tokens":
                _request.Limit = new NamedField(name, field);
                break;
            case "max_tokens":
                _request.Limit ??= new NamedField(name, field);
                break;
            case "stop":
                _request.Stops = new NamedField(name, field);
                break;
            case "stream":
                _request.IsStream = field.Flag;
                break;
            case "stream_options":
                ReadStreamOptions(field);
                break;
            case "response_format":
                _request.Format = OpenAiFormat.Read(field, field.Find("json_schema"), name, $"{name}.json_schema", _request.Losses);
                break;
            case "safety_identifier":
                _request.User = new NamedField(name, field);
                _request.AddField(name, field);
                break;
            case "user":
                _request.User ??= new NamedField(name, field);
                _request.AddField(name, field);
                break;
            default:
                _request.AddField(name, field);
                break;
        }
    }

    private void ReadStreamOptions(RequestField options)
    {
        foreach (var (name, field) in options.Fields())
        {
            if (name == "include_usage")
                _request.WantsUsage = field.Flag;
            else
                _request.Losses.Drop($"stream_options.{name}");
        }
    }

    // "none" | "minimal" | "low" | "medium" | "high" | "xhigh"; OpenRouter's clients: reasoning: {"effort": "high", "max_tokens": 2000}
    private static ReasoningWish ReadReasoning(RequestField root, Losses losses)
    {
        var nested = root.Find("reasoning");
        losses.DropOthers(nested, "reasoning", "effort");

        var plain = root.Find("reasoning_effort");
        if ((plain ?? nested?.Find("effort")) is not { } effort)
            return ReasoningWish.None;
        var place = plain is null ? "reasoning.effort" : "reasoning_effort";
        return new ReasoningWish { Effort = EffortOf(effort), EffortPlace = place, Place = place };
    }

    /// <summary>The effort that both of OpenAI's formats name.</summary>
    public static string EffortOf(RequestField effort) => effort.Text is "none" or "minimal" or "low" or "medium" or "high" or "xhigh" or "max"
        ? effort.Text
        : throw effort.Refuse("must be none, minimal, low, medium, high, xhigh or max");

    private void ReadMessages(RequestField messages)
    {
        foreach (var message in messages.Items())
            ReadMessage(message);
        _conversation.Complete();
    }

    private void ReadMessage(RequestField message)
    {
        var role = message.Get("role");
        switch (role.Text)
        {
            case "system" or "developer":
                NoteDropped(message, "role", "content");
                ReadSystem(message.Get("content"), role.Text == "developer");
                break;
            case "user":
                NoteDropped(message, "role", "content");
                ChatParts.Read(message.Get("content"), _conversation.NewTurn(Role.User).Parts, _request.Losses, isAssistant: false);
                break;
            case "assistant":
                ReadAssistant(message);
                break;
            case "tool":
                NoteDropped(message, "role", "content", "tool_call_id", "name");
                ReadResult(message.GetText("tool_call_id"), message);
                break;
            case "function":
                NoteDropped(message, "role", "content", "name");
                ReadResult(_legacyCalls > 0 ? LegacyId(_legacyCalls) : message.GetText("name"), message);
                break;
            default:
                throw role.Refuse("must be system, developer, user, assistant or tool");
        }
    }

    private void ReadSystem(RequestField content, bool isDeveloper)
    {
        var parts = new List<Part>();
        ChatParts.Read(content, parts, _request.Losses, isAssistant: false);
        _conversation.AddSystem(parts, isDeveloper);
    }

    private void ReadAssistant(RequestField message)
    {
        NoteDropped(message, "role", "content", "refusal", "tool_calls", "function_call", "reasoning_content", "reasoning", "reasoning_details", "annotations");
        if (message.Find("annotations") is { IsEmptyList: false })
            _request.Losses.Drop("messages.annotations");
        var turn = _conversation.NewTurn(Role.Assistant);
        ReadThoughts(turn, message);
        if (message.Find("content") is { } content)
            ChatParts.Read(content, turn.Parts, _request.Losses, isAssistant: true);
        if (message.Find("refusal") is { } refusal)
            turn.Parts.Add(new TextPart(new SourceText(refusal), refusal) { IsRefusal = true });
        if (message.Find("tool_calls") is { } calls)
        {
            foreach (var call in calls.Items())
                ReadCall(turn, call);
        }

        if (message.Find("function_call") is { } legacy && !turn.HasCalls)
            _conversation.AddCall(turn, new CallPart(LegacyId(++_legacyCalls), legacy.GetText("name"), legacy) { Input = legacy.Find("arguments") });
    }

    // reasoning_details: [{"type": "reasoning.text", "text": "…", "signature": "…"}, {"type": "reasoning.encrypted", "data": "…", "format": "…"}]
    private static void ReadThoughts(Turn turn, RequestField message)
    {
        var content = message.FindText("reasoning_content") ?? message.FindText("reasoning");
        if (message.Find("reasoning_details") is { } details)
        {
            foreach (var detail in details.Items())
                turn.Parts.Add(ReadDetail(detail, content));
        }

        if (!string.IsNullOrEmpty(content))
            turn.Parts.Add(new ThoughtPart("messages.reasoning_content", null) { Text = content });
    }

    private static ThoughtPart ReadDetail(RequestField detail, string? content)
    {
        var isEncrypted = detail.GetText("type") == "reasoning.encrypted";
        var state = detail.FindText(isEncrypted ? "data" : "signature");
        return new ThoughtPart("messages.reasoning_details", detail)
        {
            Text = isEncrypted ? null : detail.FindText("text") ?? content ?? "",
            State = string.IsNullOrEmpty(state) ? null : state,
            IsRedacted = isEncrypted,
            Id = detail.FindText("id"),
            Family = detail.FindText("format") switch
            {
                null => null,
                var format when format.StartsWith(SealedReasoning.Anthropic, StringComparison.Ordinal) => SealedReasoning.Anthropic,
                var format when format.StartsWith(SealedReasoning.OpenAi, StringComparison.Ordinal) => SealedReasoning.OpenAi,
                var format => format,
            },
        };
    }

    // {"id": "…", "type": "function", "function": {"name", "arguments"}} | {"id", "type": "custom", "custom": {"name", "input"}}
    private void ReadCall(Turn turn, RequestField call)
    {
        var id = call.Get("id");
        if (id.IsEmptyText)
            throw id.Refuse("must not be empty");
        if (call.FindText("type") == "custom" || (call.Find("type") is null && call.Find("custom") is not null))
        {
            var custom = call.Get("custom");
            _conversation.AddCall(turn, new CallPart(id.Text, custom.GetText("name"), call) { Input = custom.Get("input").AsText(), IsCustom = true });
            return;
        }

        if (call.FindText("type") is not (null or "function"))
            throw call.Get("type").Refuse("must be function or custom");
        var function = call.Get("function");
        var arguments = function.Find("arguments");
        if (arguments is { IsText: false, IsObject: false } other)
            throw other.Refuse("must be a string");
        _conversation.AddCall(turn, new CallPart(id.Text, function.GetText("name"), call) { Input = arguments });
    }

    private void ReadResult(string id, RequestField message)
    {
        var parts = new List<Part>();
        var content = message.Find("content");
        if (content is { } given)
            ChatParts.Read(given, parts, _request.Losses, isAssistant: false);
        _conversation.AddResult(_conversation.ResultTurn(), new ResultPart(id, parts, message) { IsPlain = content is not { IsArray: true } });
    }

    // Calls of the older kind have no id; their result is the next message of role function.
    private static string LegacyId(int number) => $"call_{number}";

    private void NoteDropped(RequestField message, params ReadOnlySpan<string> known) => _request.Losses.DropOthers(message, "messages", known);
}
