using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Writes the <c>input</c> of a Responses request as the turns of a Messages request.
/// </summary>
/// <remarks>
/// Responses has a flat list of items; Messages wants turns that alternate, the results of all calls of a turn at the beginning of
/// the next one, and no thought at the end of a turn. So outputs are looked up when the turn with their calls ends, wherever they stand
/// in the list, and a thought waits for what it led to.
/// </remarks>
internal sealed class ResponsesToMessagesInput
{
    private const string ReasoningField = "input.reasoning";

    private readonly TranslationContext _context;
    private readonly ResponsesTools _tools;
    private readonly DroppedFields _dropped;
    private readonly MessagesTurnWriter _turns;
    private readonly ResponsesToMessagesParts _parts;

    private readonly Dictionary<string, RequestField> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    private readonly List<RequestField> _openCalls = [];
    private readonly List<ThinkingBlock> _thoughts = [];
    private readonly List<string> _system;
    private bool _began;
    private bool _turnBeganWithThought;

    public ResponsesToMessagesInput(TranslationContext context, ResponsesTools tools, DroppedFields dropped, List<string> system, Utf8JsonWriter json)
    {
        (_context, _tools, _dropped, _system) = (context, tools, dropped, system);
        _turns = new MessagesTurnWriter(json);
        _parts = new ResponsesToMessagesParts(context.Capabilities, dropped);
    }

    /// <summary>Whether the input ends in results of calls that no thought led to: a model that is made to think would not take it.</summary>
    public bool EndsInCallsWithoutThought { get; private set; }

    /// <summary>Writes the turns. System and developer messages before the first turn are added to the system texts.</summary>
    public void Write(RequestField input)
    {
        if (input.IsText)
        {
            WriteText(Speaker.User, input);
        }
        else
        {
            foreach (var item in input.Items())
                NoteCall(item);
            foreach (var item in input.Items())
                WriteItem(item);
            EndAssistantTurn();
        }

        if (_turns.Current == Speaker.None && !_began)
            WriteSystemAsUser(input);
        _turns.End();
    }

    private void NoteCall(RequestField item)
    {
        switch (item.FindText("type"))
        {
            case "function_call" or "custom_tool_call":
                var call = item.Get("call_id");
                if (!_calls.Add(call.Text))
                    throw call.Refuse("another call has the same id");
                break;
            case "function_call_output" or "custom_tool_call_output":
                _outputs.TryAdd(item.GetText("call_id"), item);
                break;
        }
    }

    private void WriteItem(RequestField item)
    {
        var type = item.FindText("type") ?? "message";
        switch (type)
        {
            case "message":
                WriteMessage(item);
                break;
            case "function_call" or "custom_tool_call":
                WriteCall(item, type == "custom_tool_call");
                break;
            case "function_call_output" or "custom_tool_call_output":
                WriteOutput(item);
                break;
            case "reasoning":
                TakeThought(item);
                break;
            case "item_reference" or "compaction" or "compaction_summary":
                throw item.RefuseKind(type, "a Messages provider, which has no earlier items");
            default:
                // Calls of tools that run at OpenAI, and what they brought: the messages around them tell what came of it.
                _dropped.Add($"input.{type}");
                break;
        }
    }

    private void WriteMessage(RequestField item)
    {
        var role = item.GetText("role");
        _dropped.AddIfThere(item, "phase", "input.phase");
        var content = item.Get("content");
        switch (role)
        {
            case "user":
                WriteContent(Speaker.User, content);
                break;
            case "assistant":
                WriteContent(Speaker.Assistant, content);
                break;
            case "system" or "developer":
                if (!_began)
                    _system.Add(ResponsesToMessagesParts.TextOf(content));
                else
                    WriteUserText(ResponsesToMessagesParts.TextOf(content));
                break;
            default:
                throw item.Get("role").Refuse("must be user, assistant, system or developer");
        }
    }

    private void WriteContent(Speaker speaker, RequestField content)
    {
        if (content.IsText)
        {
            WriteText(speaker, content);
            return;
        }

        foreach (var part in content.Items())
        {
            if (!ResponsesToMessagesParts.IsEmpty(part))
                _parts.Write(Block(speaker), part);
        }
    }

    // Anthropic refuses empty text blocks.
    private void WriteText(Speaker speaker, RequestField text)
    {
        if (text.IsEmptyText)
            return;
        var json = Block(speaker);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        text.CopyText(json, "text");
        json.WriteEndObject();
    }

    // Rules that come in the middle keep their place, so that what was said before stays cached.
    private void WriteUserText(string text)
    {
        if (text.Length == 0)
            return;
        var json = Block(Speaker.User);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private void WriteCall(RequestField item, bool isCustom)
    {
        var id = item.Get("call_id");
        if (!_outputs.ContainsKey(id.Text))
            throw id.Refuse("the call has no output");
        var name = item.GetText("name");
        var json = Block(Speaker.Assistant);
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id", ToolCallId.ForMessages(id.Text));
        json.WriteString("name", _tools.FlatName(name, item.FindText("namespace")));
        json.WritePropertyName("input");
        if (isCustom)
        {
            json.WriteStartObject();
            item.Get("input").CopyText(json, "input");
            json.WriteEndObject();
        }
        else
        {
            ToolArguments.WriteObject(json, item.GetText("arguments"));
        }

        json.WriteEndObject();
        _openCalls.Add(id);
    }

    private void WriteOutput(RequestField item)
    {
        EndAssistantTurn();
        var id = item.GetText("call_id");
        var isFirst = _outputs.TryGetValue(id, out var first) && first.Path == item.Path;
        if (_calls.Contains(id) && isFirst)
            return;

        // Its call is gone (a client made the conversation shorter) or has its output already.
        var output = item.Get("output");
        if (output.IsArray)
        {
            WriteUserText($"Result of earlier tool call {id}:");
            WriteContent(Speaker.User, output);
        }
        else
        {
            WriteUserText($"Result of earlier tool call {id}:\n{ResponsesToMessagesParts.TextOf(output)}");
        }
    }

    // The results of every call of the turn, in the order of the calls.
    private void EndAssistantTurn()
    {
        if (_thoughts.Count > 0)
            _dropped.Add(ReasoningField);
        _thoughts.Clear();
        if (_openCalls.Count == 0)
            return;
        foreach (var call in _openCalls)
        {
            var output = _outputs[call.Text].Get("output");
            var json = _turns.Block(Speaker.User);
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id", ToolCallId.ForMessages(call.Text));
            _parts.WriteResult(json, output);
            json.WriteEndObject();
        }

        _openCalls.Clear();
        EndsInCallsWithoutThought = !_turnBeganWithThought;
    }

    private void TakeThought(RequestField item)
    {
        var family = _context.Capabilities.ReasoningFamily ?? SealedReasoning.Anthropic;
        if (item.FindText("encrypted_content") is { } text && SealedReasoning.TryOpen(text, family, out var state) && ThinkingBlock.Read(state) is { } thought)
            _thoughts.Add(thought);
        else
            _dropped.Add(ReasoningField);
    }

    private Utf8JsonWriter Block(Speaker speaker)
    {
        if (speaker == Speaker.User)
        {
            EndAssistantTurn();
            EndsInCallsWithoutThought &= _turns.Current == Speaker.User;
        }
        else
        {
            if (_turns.Current != Speaker.Assistant)
                BeginAssistantTurn();
            foreach (var thought in _thoughts)
                thought.Write(_turns.Block(Speaker.Assistant));
            _thoughts.Clear();
        }

        _began = true;
        return _turns.Block(speaker);
    }

    // The first turn is the user's, or the provider refuses.
    private void BeginAssistantTurn()
    {
        _turnBeganWithThought = _thoughts.Count > 0;
        EndsInCallsWithoutThought = false;
        if (_began)
            return;
        var json = _turns.Block(Speaker.User);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, "(The conversation begins with the assistant.)"u8);
        json.WriteEndObject();
    }

    // Nothing but rules: they are what the model is to answer.
    private void WriteSystemAsUser(RequestField input)
    {
        if (_system.Count == 0 || _system.TrueForAll(text => text.Length == 0))
            throw input.Refuse("has nothing for the model to answer");
        var all = string.Join("\n\n", _system);
        _system.Clear();
        WriteUserText(all);
    }
}
