using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the turns of a Messages request as the items of a Responses request.</summary>
/// <remarks>
/// A tool's call and result become items of their own, in the place where they stand. A thought is an item too, if it came from this
/// provider's family, and only in front of what it led to: OpenAI refuses one that nothing follows.
/// </remarks>
internal sealed class MessagesToResponsesInput(TranslationContext context, DroppedFields dropped, Utf8JsonWriter json)
{
    private readonly MessagesToResponsesParts _parts = new(context.Capabilities, dropped);
    private readonly InputItems _items = new(json);
    private readonly HashSet<string> _openCalls = new(StringComparer.Ordinal);
    private readonly List<ReasoningItem> _thoughts = [];
    private string? _firstOpenCall;
    private bool _afterUser;

    /// <summary>Bytes of base64 in the input.</summary>
    public long EncodedBytes => _parts.EncodedBytes;

    /// <summary>Writes all messages as the elements of an array that is open.</summary>
    public void Write(RequestField messages)
    {
        foreach (var message in messages.Items())
        {
            foreach (var (name, _) in message.Fields())
            {
                if (name is not ("role" or "content"))
                    dropped.Add($"messages.{name}");
            }

            WriteMessage(message, message.Get("content"));
            _items.EndMessage();
        }

        RequireResults(messages);
    }

    private void WriteMessage(RequestField message, RequestField content)
    {
        switch (message.GetText("role"))
        {
            case "user":
                _afterUser = true;
                WriteUser(content);
                break;
            case "assistant":
                // Turns of one speaker may come in pieces.
                if (_afterUser)
                    RequireResults(message);
                _afterUser = false;
                WriteAssistant(content);
                break;
            case "system":
                if (SystemPrompt.Read(content, "messages.content", dropped) is { Length: > 0 } text)
                    MessagesToResponsesParts.WriteText(_items.Part("system"), text);
                break;
            default:
                throw message.Get("role").Refuse("must be user, assistant or system");
        }
    }

    private void WriteUser(RequestField content)
    {
        if (content.IsText)
        {
            MessagesToResponsesParts.WriteText(_items.Part("user"), content);
            return;
        }

        foreach (var block in content.Items())
        {
            if (block.GetText("type") == "tool_result")
                WriteResult(block);
            else
                _parts.Write(() => _items.Part("user"), block);
        }
    }

    // {"type": "tool_result", "tool_use_id": "…", "content": "…" | [blocks], "is_error": true}
    private void WriteResult(RequestField block)
    {
        foreach (var (name, _) in block.Fields())
        {
            if (name is not ("type" or "tool_use_id" or "content" or "is_error"))
                dropped.Add($"messages.content.{name}");
        }

        var id = block.GetText("tool_use_id");
        var content = block.Find("content");
        var isError = block.Find("is_error") is { Flag: true };
        if (!_openCalls.Remove(id))
        {
            WriteOrphan(id, content, isError);
            return;
        }

        _items.Item().WriteStartObject();
        json.WriteString("type"u8, "function_call_output"u8);
        json.WriteString("call_id", ToolCallId.ForResponses(id));
        if (content is { IsText: false } blocks && !MessagesToResponsesParts.IsTextOnly(blocks))
        {
            json.WriteStartArray("output"u8);
            if (isError)
                MessagesToResponsesParts.WriteText(json, "Error:");
            foreach (var inner in blocks.Items())
                _parts.Write(() => json, inner);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("output", Marked(content is { } text ? _parts.TextOfAll(text) : "", isError));
        }

        json.WriteEndObject();
    }

    // OpenAI refuses a result without its call, which clients leave out when they shorten a conversation.
    private void WriteOrphan(string id, RequestField? content, bool isError)
    {
        var head = $"Result of earlier tool call {id}:";
        if (content is { IsText: false } blocks && !MessagesToResponsesParts.IsTextOnly(blocks))
        {
            MessagesToResponsesParts.WriteText(_items.Part("user"), isError ? $"{head}\nError:" : head);
            foreach (var inner in blocks.Items())
                _parts.Write(() => _items.Part("user"), inner);
            return;
        }

        MessagesToResponsesParts.WriteText(_items.Part("user"), $"{head}\n{Marked(content is { } text ? _parts.TextOfAll(text) : "", isError)}");
    }

    private static string Marked(string text, bool isError) =>
        isError && !text.StartsWith("error", StringComparison.OrdinalIgnoreCase) ? $"Error: {text}" : text;

    private void WriteAssistant(RequestField content)
    {
        if (content.IsText)
        {
            WriteAssistantText(content);
            return;
        }

        foreach (var block in content.Items())
            WriteAssistantBlock(block);
        if (_thoughts.Count > 0)
            dropped.Add("messages.content.thinking");
        _thoughts.Clear();
    }

    private void WriteAssistantBlock(RequestField block)
    {
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                NoteDropped(block, "type", "text");
                WriteAssistantText(block.Get("text"));
                break;
            case "tool_use":
                NoteDropped(block, "type", "id", "name", "input", "caller");
                WriteCall(block);
                break;
            case "thinking":
                NoteDropped(block, "type", "thinking", "signature");
                TakeThought(block, "signature", "messages.content.thinking");
                break;
            case "redacted_thinking":
                TakeThought(block, "data", "messages.content.redacted_thinking");
                break;
            case { } other when other is "server_tool_use" or "mcp_tool_use" || other.EndsWith("_tool_result", StringComparison.Ordinal):
                // Ran at Anthropic; the texts around it say what came of it.
                dropped.Add($"messages.content.{other}");
                break;
            default:
                throw block.RefuseKind(type, "a Responses provider in an assistant message");
        }
    }

    private void WriteAssistantText(RequestField text)
    {
        if (text.IsEmptyText)
            return;
        WriteThoughts();
        _items.Part("assistant").WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        text.CopyText(json, "text");
        json.WriteEndObject();
    }

    private void WriteCall(RequestField block)
    {
        WriteThoughts();
        var id = block.Get("id");
        if (!_openCalls.Add(id.Text))
            throw id.Refuse("another call has the same id");
        _firstOpenCall = id.Path;
        _items.Item().WriteStartObject();
        json.WriteString("type"u8, "function_call"u8);
        json.WriteString("call_id", ToolCallId.ForResponses(id.Text));
        block.Get("name").CopyText(json, "name");
        if (block.Find("input") is { IsObject: false } other)
            throw other.Refuse("must be an object");
        json.WriteString("arguments"u8, block.Find("input") is { } input ? CompactJson.Of(input.Raw) : "{}"u8);
        json.WriteEndObject();
    }

    private void TakeThought(RequestField block, string field, string path)
    {
        var family = context.Capabilities.ReasoningFamily ?? SealedReasoning.OpenAi;
        if (block.FindText(field) is { } text && SealedReasoning.TryOpen(text, family, out var state) && ReasoningItem.Read(state) is { } thought)
            _thoughts.Add(thought);
        else
            dropped.Add(path);
    }

    private void WriteThoughts()
    {
        foreach (var thought in _thoughts)
            thought.Write(_items.Item());
        _thoughts.Clear();
    }

    // Both APIs refuse a call that the conversation leaves without a result.
    private void RequireResults(RequestField at)
    {
        if (_openCalls.Count > 0)
            throw new InvalidRequestException(_firstOpenCall ?? at.Path, "the call has no tool_result in the next message");
    }

    private void NoteDropped(RequestField block, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in block.Fields())
        {
            if (!known.Contains(name))
                dropped.Add($"messages.content.{name}");
        }
    }
}
