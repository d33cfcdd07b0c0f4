using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Turns the messages of a Chat request into the system prompt and the turns of a Messages request.</summary>
/// <remarks>
/// Anthropic wants turns that alternate and begin with the user's, and the results of all calls of a turn at the beginning of the next.
/// So the results of an assistant message are looked for up to the next one and written as soon as its turn ends; a result without
/// a call becomes text.
/// </remarks>
internal sealed class ChatToMessagesTurns(TranslationContext context, DroppedFields dropped)
{
    private readonly ChatToMessagesParts _parts = new(context.Capabilities, dropped);
    private readonly List<RequestField> _messages = [];
    private readonly List<MessagesTurn> _turns = [];
    private readonly List<RequestField> _system = [];
    private readonly HashSet<string> _callIds = new(StringComparer.Ordinal);
    private readonly HashSet<int> _answered = [];
    private int _legacyCalls;

    /// <summary>Whether the conversation ends in results of calls that no thought led to: a model that is made to think would not take it.</summary>
    public bool EndsInCallsWithoutThought { get; private set; }

    /// <summary>Reads all messages.</summary>
    public void Read(RequestField messages)
    {
        _messages.AddRange(messages.Items());
        for (var i = 0; i < _messages.Count; i++)
            Read(i);
        if (_turns.Count == 0)
            SystemBecomesUser(messages);
    }

    /// <summary>Writes <c>system</c>, with <paramref name="extra"/> behind it, and <c>messages</c>.</summary>
    public void Write(Utf8JsonWriter json, string extra)
    {
        WriteSystem(json, extra);
        json.WriteStartArray("messages"u8);
        foreach (var turn in _turns)
            turn.Write(json);
        json.WriteEndArray();
    }

    private void Read(int index)
    {
        var message = _messages[index];
        var role = message.GetText("role");
        switch (role)
        {
            case "system" or "developer":
                NoteDropped(message, "role", "content");
                if (_turns.Count == 0)
                    _system.Add(message.Get("content"));
                else
                    Turn(Speaker.User).AddText(_parts.Text(message.Get("content")));
                break;
            case "user":
                NoteDropped(message, "role", "content");
                _parts.Add(UserTurn(), message.Get("content"));
                break;
            case "assistant":
                ReadAssistant(index);
                break;
            case "tool" or "function":
                NoteDropped(message, "role", "content", "tool_call_id", "name");
                if (!_answered.Contains(index))
                    ReadOrphan(message, role);
                break;
            default:
                throw message.Get("role").Refuse("must be system, developer, user, assistant or tool");
        }
    }

    private MessagesTurn UserTurn()
    {
        EndsInCallsWithoutThought = false;
        return Turn(Speaker.User);
    }

    private MessagesTurn Turn(Speaker speaker)
    {
        if (_turns.Count > 0 && _turns[^1].Speaker == speaker)
            return _turns[^1];
        if (_turns.Count > 0 && _turns[^1].IsEmpty)
        {
            // Nothing was said in it: the turns on both sides of it are one.
            _turns.RemoveAt(_turns.Count - 1);
            return Turn(speaker);
        }

        if (_turns.Count == 0 && speaker == Speaker.Assistant)
        {
            var first = new MessagesTurn(Speaker.User);
            first.AddText("(The conversation begins with the assistant.)");
            _turns.Add(first);
        }

        _turns.Add(new MessagesTurn(speaker));
        return _turns[^1];
    }

    private void ReadAssistant(int index)
    {
        var message = _messages[index];
        NoteDropped(message, "role", "content", "refusal", "tool_calls", "function_call", "reasoning_content", "reasoning", "reasoning_details", "annotations");
        var turn = Turn(Speaker.Assistant);
        var isFirst = turn.IsEmpty;
        var hasThought = ReadThoughts(turn, message);
        if (message.Find("content") is { } content)
            _parts.Add(turn, content);
        if (message.Find("refusal") is { } refusal)
            turn.AddText(refusal);
        EndsInCallsWithoutThought = false;
        var calls = Calls(message);
        if (calls.Count == 0)
            return;
        EndsInCallsWithoutThought = !(isFirst && hasThought);
        var results = new List<Action<Utf8JsonWriter>>();
        foreach (var call in calls)
        {
            var result = FindResult(index, call);
            var id = UniqueId(call.Id);
            turn.Add(json => WriteCall(json, id, call));
            results.Add(WriteResult(id, result));
        }

        var next = Turn(Speaker.User);
        foreach (var result in results)
            next.Add(result);
    }

    // reasoning_details: [{"type": "reasoning.text", "text": "…", "signature": "…"}, {"type": "reasoning.encrypted", "data": "…"}]
    private bool ReadThoughts(MessagesTurn turn, RequestField message)
    {
        var any = false;
        var content = message.FindText("reasoning_content") ?? message.FindText("reasoning");
        if (message.Find("reasoning_details") is { } details)
        {
            foreach (var detail in details.Items())
            {
                if (Thought(detail, content) is { } thought)
                {
                    turn.Add(thought.Write);
                    any = true;
                }
                else
                {
                    dropped.Add("messages.reasoning_details");
                }
            }
        }

        if (!any && !string.IsNullOrEmpty(content))
            dropped.Add("messages.reasoning_content");
        return any;
    }

    // Only what Anthropic has signed or encrypted: it refuses thoughts of others.
    private static ThinkingBlock? Thought(RequestField detail, string? content)
    {
        if (detail.FindText("format") is { } format && !format.StartsWith("anthropic", StringComparison.Ordinal))
            return null;
        return detail.FindText("type") switch
        {
            "reasoning.text" when detail.FindText("signature") is { Length: > 0 } signature => ThinkingBlock.Thinking(detail.FindText("text") ?? content ?? "", signature),
            "reasoning.encrypted" when detail.FindText("data") is { Length: > 0 } data => ThinkingBlock.Redacted(data),
            _ => null,
        };
    }

    private readonly record struct Call(string Id, string Name, RequestField? Arguments, bool IsCustom, RequestField Field);

    private List<Call> Calls(RequestField message)
    {
        var calls = new List<Call>();
        if (message.Find("tool_calls") is { } list)
        {
            foreach (var call in list.Items())
                calls.Add(ReadCall(call));
        }

        if (calls.Count == 0 && message.Find("function_call") is { } legacy)
            calls.Add(new Call($"call_{++_legacyCalls}", legacy.GetText("name"), legacy.Find("arguments"), IsCustom: false, legacy));
        return calls;
    }

    // {"id": "…", "type": "function", "function": {"name", "arguments"}} | {"id", "type": "custom", "custom": {"name", "input"}}
    private static Call ReadCall(RequestField call)
    {
        var id = call.Get("id");
        if (id.IsEmptyText)
            throw id.Refuse("must not be empty");
        if (call.FindText("type") == "custom")
        {
            var custom = call.Get("custom");
            return new Call(id.Text, custom.GetText("name"), custom.Get("input"), IsCustom: true, call);
        }

        var function = call.Get("function");
        return new Call(id.Text, function.GetText("name"), function.Find("arguments"), IsCustom: false, call);
    }

    private RequestField FindResult(int index, Call call)
    {
        for (var i = index + 1; i < _messages.Count; i++)
        {
            var role = _messages[i].GetText("role");
            if (role == "assistant")
                break;
            if (_answered.Contains(i))
                continue;
            if ((role == "tool" && _messages[i].GetText("tool_call_id") == call.Id) || (role == "function" && _messages[i].FindText("name") == call.Name))
            {
                _answered.Add(i);
                return _messages[i];
            }
        }

        throw call.Field.Refuse($"the call {call.Id} has no tool message behind it");
    }

    // Some servers count their calls anew in each answer; Anthropic wants ids that occur once.
    private string UniqueId(string given)
    {
        var id = ToolCallId.ForMessages(given);
        var unique = id;
        for (var number = 2; !_callIds.Add(unique); number++)
            unique = $"{id}_{number}";
        return unique;
    }

    private static void WriteCall(Utf8JsonWriter json, string id, Call call)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("input"u8);
        if (call.IsCustom)
        {
            json.WriteStartObject();
            call.Arguments?.CopyText(json, "input");
            json.WriteEndObject();
        }
        else if (call.Arguments is { IsObject: true } given)
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
        }
        else
        {
            ToolArguments.WriteObject(json, call.Arguments?.Text ?? "");
        }

        json.WriteEndObject();
    }

    private Action<Utf8JsonWriter> WriteResult(string id, RequestField message)
    {
        var content = message.Find("content") is { } given ? _parts.Result(given) : null;
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id"u8, id);
            content?.Invoke(json);
            json.WriteEndObject();
        };
    }

    private void ReadOrphan(RequestField message, string role)
    {
        var id = role == "tool" ? message.GetText("tool_call_id") : message.GetText("name");
        UserTurn().AddText($"Result of earlier tool call {id}:\n{(message.Find("content") is { } content ? _parts.Text(content) : "")}");
    }

    // Nothing but rules: they are what the model is to answer.
    private void SystemBecomesUser(RequestField messages)
    {
        var turn = new MessagesTurn(Speaker.User);
        foreach (var text in _system)
            _parts.Add(turn, text);
        _system.Clear();
        if (turn.IsEmpty)
            throw messages.Refuse("has nothing for the model to answer");
        _turns.Add(turn);
    }

    // One text, or blocks where one of them is marked for the cache.
    private void WriteSystem(Utf8JsonWriter json, string extra)
    {
        var isMarked = _system.Exists(content => content.IsArray && content.Items().Any(part => part.IsObject && part.Find("cache_control") is not null));
        if (!isMarked)
        {
            var text = string.Join("\n\n", _system.Select(_parts.Text).Append(extra).Where(part => part.Length > 0));
            if (text.Length > 0)
                json.WriteString("system"u8, text);
            return;
        }

        var turn = new MessagesTurn(Speaker.User);
        foreach (var content in _system)
            _parts.Add(turn, content);
        turn.AddText(extra);
        json.WriteStartArray("system"u8);
        turn.WriteBlocks(json);
        json.WriteEndArray();
    }

    private void NoteDropped(RequestField message, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in message.Fields())
        {
            if (!known.Contains(name))
                dropped.Add($"messages.{name}");
        }
    }
}
