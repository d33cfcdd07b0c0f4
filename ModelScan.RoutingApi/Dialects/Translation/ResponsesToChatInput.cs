using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Writes the <c>instructions</c> and the <c>input</c> of a Responses request as the messages of a chat request.
/// </summary>
/// <remarks>
/// Responses has a flat list of items. Chat Completions has the calls of a turn inside the assistant's message, and their results
/// directly behind it. So the items are first gathered into turns, each output with the turn that holds its call, wherever it
/// stands in the list; then the turns are written in order.
/// </remarks>
internal sealed class ResponsesToChatInput(ModelCapabilities capabilities, ResponsesTools tools, DroppedFields dropped, Utf8JsonWriter writer)
{
    private readonly List<Turn> _turns = [];
    private readonly Dictionary<string, Turn> _callers = new(StringComparer.Ordinal);
    private RequestField? _thought;

    /// <summary>Bytes of text written so far, from which tokens can be estimated where a provider does not count them.</summary>
    public long TextBytes { get; private set; }

    private sealed class Turn(string role)
    {
        public string Role { get; } = role;

        public RequestField? Message { get; init; }

        public RequestField? Thought { get; init; }

        public List<RequestField> Calls { get; } = [];

        public List<RequestField> Outputs { get; } = [];
    }

    /// <summary>Writes the array's elements.</summary>
    /// <exception cref="InvalidRequestException">An item is malformed, or cannot be said in Chat Completions.</exception>
    public void Write(RequestField? instructions, RequestField input)
    {
        if (instructions is { } system)
            WriteText("system", system);
        if (input.IsText)
        {
            WriteText("user", input);
            return;
        }

        if (!input.IsArray)
            throw input.Refuse("must be a string or an array");
        foreach (var item in input.Items())
            Gather(item);
        NoteUnusedThought();
        foreach (var turn in _turns)
            WriteTurn(turn);
    }

    private void Gather(RequestField item)
    {
        var type = item.FindText("type") ?? "message";
        switch (type)
        {
            case "message":
                NoteLeftOut(item, "input", "type", "role", "content");
                GatherMessage(item);
                break;
            case "function_call":
                NoteLeftOut(item, "input", "type", "call_id", "name", "namespace", "arguments");
                GatherCall(item);
                break;
            case "custom_tool_call":
                NoteLeftOut(item, "input", "type", "call_id", "name", "namespace", "input");
                GatherCall(item);
                break;
            case "function_call_output" or "custom_tool_call_output":
                NoteLeftOut(item, "input", "type", "call_id", "output");
                GatherOutput(item);
                break;
            case "reasoning":
                NoteUnusedThought();
                _thought = item;
                break;
            case "item_reference":
                throw item.Refuse("refers to a stored item, and nothing is stored here: send the item itself (store: false)");
            case "compaction":
                throw item.Get("type").RefuseKind(type, "a Chat Completions provider");
            default:
                // Records of tools that another provider ran; what came of them stands in the messages.
                dropped.Add($"input.{type}");
                break;
        }
    }

    private void GatherMessage(RequestField item)
    {
        var role = item.Get("role");
        switch (role.Text)
        {
            case "assistant":
                _turns.Add(new Turn("assistant") { Message = item.Get("content"), Thought = TakeThought() });
                break;
            case "user":
                _turns.Add(new Turn("user") { Message = item.Get("content") });
                break;
            case "system" or "developer":
                // Only OpenAI's own models know `developer`, and they take `system` for it.
                _turns.Add(new Turn("system") { Message = item.Get("content") });
                break;
            default:
                throw role.Refuse("must be user, assistant, system or developer");
        }
    }

    private void GatherCall(RequestField item)
    {
        var turn = _turns.Count > 0 ? _turns[^1] : null;
        if (turn is null || turn.Role != "assistant" || turn.Outputs.Count > 0 || _thought is not null)
        {
            turn = new Turn("assistant") { Thought = TakeThought() };
            _turns.Add(turn);
        }

        turn.Calls.Add(item);
        _callers[item.GetText("call_id")] = turn;
    }

    private void GatherOutput(RequestField item)
    {
        if (_callers.TryGetValue(item.GetText("call_id"), out var turn))
        {
            turn.Outputs.Add(item);
            return;
        }

        // Its call is not here (the client may have shortened the conversation): the result stands alone.
        turn = new Turn("tool");
        turn.Outputs.Add(item);
        _turns.Add(turn);
    }

    private RequestField? TakeThought()
    {
        var thought = _thought;
        _thought = null;
        return thought;
    }

    private void NoteUnusedThought()
    {
        if (TakeThought() is not null)
            dropped.Add("input.reasoning");
    }

    private void WriteTurn(Turn turn)
    {
        if (turn.Role == "assistant")
            WriteAssistant(turn);
        else if (turn.Message is { } content)
            WriteMessage(turn.Role, content);

        var pictures = new List<(string CallId, RequestField Output)>();
        foreach (var output in turn.Outputs)
        {
            if (WriteOutput(output))
                pictures.Add((output.GetText("call_id"), output.Get("output")));
        }

        if (pictures.Count > 0)
            WritePictures(pictures);
    }

    private void WriteText(string role, RequestField text)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        text.CopyText(writer, "content");
        TextBytes += text.Raw.Length;
        writer.WriteEndObject();
    }

    private void WriteMessage(string role, RequestField content)
    {
        if (content.IsText)
        {
            WriteText(role, content);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        WriteContent(content, role);

        writer.WriteEndObject();
    }

    private void WriteAssistant(Turn turn)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        if (turn.Message is not { } content)
            writer.WriteNull("content"u8);
        else if (content.IsText)
            content.CopyText(writer, "content");
        else
            WriteContent(content, turn.Role);
        if (turn.Thought is { } thought)
            WriteThought(thought, beforeCalls: turn.Calls.Count > 0);
        if (turn.Calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var call in turn.Calls)
                WriteCall(call);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // Providers that show their thoughts want them back beside tool calls, and some refuse them elsewhere; details are wanted wherever they are.
    private void WriteThought(RequestField item, bool beforeCalls)
    {
        var thought = ChatReasoning.Read(item, capabilities.ReasoningFamily);
        var member = beforeCalls ? thought?.WantedMember(capabilities.ReasoningContent) : null;
        if (member is not null && thought?.Text is { Length: > 0 } text)
            writer.WriteString(member, text);
        else if (thought is not { Details.Length: > 0 })
            dropped.Add("input.reasoning");
        if (thought is not { Details.Length: > 0 } detailed)
            return;
        writer.WritePropertyName("reasoning_details"u8);
        writer.WriteRawValue(detailed.Details, skipInputValidation: true);
    }

    private void WriteCall(RequestField item)
    {
        var isCustom = item.GetText("type") == "custom_tool_call";
        writer.WriteStartObject();
        var id = CallId(item, out var extra);
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, ChatToolNames.ForProvider(tools.FlatName(item.GetText("name"), item.FindText("namespace"))));
        var payload = item.Get(isCustom ? "input" : "arguments");
        if (!payload.IsText)
            throw payload.Refuse("must be a string");
        if (isCustom)
            writer.WriteString("arguments"u8, CustomToolInput.ToArguments(payload.Raw));
        else
            payload.CopyText(writer, "arguments");
        TextBytes += payload.Raw.Length;
        writer.WriteEndObject();
        if (extra.Length > 0)
        {
            writer.WritePropertyName("extra_content"u8);
            writer.WriteRawValue(extra, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    // A tool's message holds text only; returns whether there is more, which WritePictures shows in the user's name.
    private bool WriteOutput(RequestField item)
    {
        var output = item.Get("output");
        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, CallId(item, out _));
        var hasMore = false;
        if (output.IsText)
        {
            output.CopyText(writer, "content");
        }
        else if (!output.IsArray)
        {
            // Not in the API, but sent by some: told as its JSON.
            writer.WriteString("content"u8, output.Raw);
        }
        else
        {
            var texts = new List<string>();
            foreach (var part in output.Items())
            {
                if (part.GetText("type") is "input_text" or "output_text" or "text")
                    texts.Add(part.GetText("text"));
                else
                    hasMore = true;
            }

            writer.WriteString("content"u8, string.Join('\n', texts));
        }

        TextBytes += output.Raw.Length;
        writer.WriteEndObject();
        return hasMore;
    }

    private void WritePictures(List<(string CallId, RequestField Output)> pictures)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "user"u8);
        writer.WriteStartArray("content"u8);
        foreach (var (callId, output) in pictures)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, $"Image from tool result {callId}:");
            writer.WriteEndObject();
            foreach (var part in output.Items())
            {
                if (part.GetText("type") is not ("input_text" or "output_text" or "text"))
                    ChatContentPart.WriteFromResponses(writer, part, "user", capabilities, dropped, "input.output");
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteContent(RequestField content, string role)
    {
        if (SingleText(content) is { } text)
        {
            text.CopyText(writer, "content");
            TextBytes += text.Raw.Length;
            return;
        }

        if (content.IsArray && content.Value.GetArrayLength() == 0)
        {
            // Nothing said; an empty list of parts is refused.
            writer.WriteString("content"u8, ""u8);
            return;
        }

        writer.WriteStartArray("content"u8);
        foreach (var part in content.Items())
        {
            if (part.Find("text") is { IsText: true } said)
                TextBytes += said.Raw.Length;
            ChatContentPart.WriteFromResponses(writer, part, role, capabilities, dropped, "input.content");
        }

        writer.WriteEndArray();
    }

    // Content of one text part is the text: every provider takes that, not every one takes parts.
    private RequestField? SingleText(RequestField content)
    {
        if (!content.IsArray || content.Value.GetArrayLength() != 1)
            return null;
        var part = new RequestField(content.Value[0], $"{content.Path}[0]");
        if (part.GetText("type") is not ("input_text" or "output_text" or "text"))
            return null;
        ChatContentPart.NoteLeftOut(part, dropped, "input.content");
        var text = part.Get("text");
        return text.IsText ? text : throw text.Refuse("must be a string");
    }

    private string CallId(RequestField item, out byte[] extra) => ChatToolCallId.ForProvider(item.GetText("call_id"), capabilities.ShortToolIds, out extra);

    private void NoteLeftOut(RequestField owner, string path, params ReadOnlySpan<string> known)
    {
        foreach (var (name, field) in owner.Fields())
        {
            if (known.IndexOf(name) < 0 && !(field.IsArray && field.Value.GetArrayLength() == 0))
                dropped.Add($"{path}.{name}");
        }
    }
}
