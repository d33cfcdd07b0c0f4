using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Turns the messages of a Messages request into Converse's.</summary>
/// <remarks>
/// Bedrock wants turns that alternate and begin with the user's, the results of all calls of a turn together in the next, and no text
/// without a visible character. A result whose call is gone (clients shorten conversations) becomes text.
/// </remarks>
internal sealed class MessagesToConverseTurns(ModelCapabilities capabilities, DroppedFields dropped)
{
    private readonly List<ConverseTurn> _turns = [];
    private readonly HashSet<string> _openCalls = new(StringComparer.Ordinal);
    private readonly MessagesToConverseParts _parts = new(capabilities, dropped);
    private readonly List<string> _calledTools = [];

    /// <summary>Names of the tools that were called in the conversation, each once: Bedrock wants them declared.</summary>
    public IReadOnlyList<string> CalledTools => _calledTools;

    /// <summary>About four bytes make a token; an image counts as 1,000 tokens instead of its bytes.</summary>
    /// <param name="bodyBytes">Size of the whole request.</param>
    public long EstimateTokens(long bodyBytes) => Math.Max(1, ((bodyBytes - _parts.EncodedBytes) / 4) + (1000 * _parts.EncodedParts));

    /// <summary>Reads all messages.</summary>
    public void Read(RequestField messages)
    {
        foreach (var message in messages.Items())
        {
            foreach (var (name, _) in message.Fields())
            {
                if (name is not ("role" or "content"))
                    dropped.Add($"messages.{name}");
            }

            var content = message.Get("content");
            switch (message.GetText("role"))
            {
                case "user":
                    ReadUser(content);
                    break;
                case "assistant":
                    ReadAssistant(content);
                    break;
                case "system":
                    // Converse has system texts in front alone.
                    Turn(Speaker.User).AddText(SystemPrompt.Read(content, "messages.content", dropped));
                    break;
                default:
                    throw message.Get("role").Refuse("must be user, assistant or system");
            }
        }

        if (_turns.Count > 0 && _turns[^1].IsEmpty)
            _turns.RemoveAt(_turns.Count - 1);
        if (_turns.Count == 0)
            throw messages.Refuse("has nothing for the model to answer");
    }

    /// <summary>Writes <c>messages</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in _turns)
            turn.Write(json);
        json.WriteEndArray();
    }

    private ConverseTurn Turn(Speaker speaker)
    {
        // Nothing was said in the last turn: those on both sides of it are one.
        if (_turns.Count > 0 && _turns[^1].IsEmpty)
            _turns.RemoveAt(_turns.Count - 1);
        if (_turns.Count > 0 && _turns[^1].Speaker == speaker)
            return _turns[^1];
        if (_turns.Count == 0 && speaker == Speaker.Assistant)
        {
            var first = new ConverseTurn(Speaker.User);
            first.AddText("(The conversation begins with the assistant.)");
            _turns.Add(first);
        }

        if (speaker == Speaker.Assistant)
            _openCalls.Clear();
        _turns.Add(new ConverseTurn(speaker));
        return _turns[^1];
    }

    private void ReadUser(RequestField content)
    {
        var turn = Turn(Speaker.User);
        if (content.IsText)
        {
            turn.AddText(content);
            return;
        }

        foreach (var block in content.Items())
        {
            if (block.GetText("type") is "tool_result")
                AddResult(turn, block);
            else
                _parts.Add(turn, block);
        }
    }

    // {"toolResult": {"toolUseId": "…", "content": [{"text": "…"}, {"image": …}], "status": "error"}}
    private void AddResult(ConverseTurn turn, RequestField block)
    {
        _parts.NoteDropped(block, "type", "tool_use_id", "content", "is_error", "cache_control");
        var id = block.GetText("tool_use_id");
        var mark = _parts.CachePoint(block);
        var content = _parts.Result(block.Find("content"), ref mark);
        var isError = block.Find("is_error") is { Flag: true };
        if (!_openCalls.Remove(id))
        {
            turn.AddText($"Result of earlier tool call {id}:");
            foreach (var part in content.Where(part => !part.IsBlank))
                turn.Add(part.Write);
            return;
        }

        // The text of an error must not be missing.
        if (isError && content.TrueForAll(part => part.IsBlank))
            content = [new(json => ConverseTurn.WriteText(json, "Error"))];
        turn.AddResult(Write, mark);

        void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteStartObject("toolResult"u8);
            json.WriteString("toolUseId"u8, Id(id));
            json.WriteStartArray("content"u8);
            foreach (var part in content)
                part.Write(json);
            json.WriteEndArray();
            if (isError)
                json.WriteString("status"u8, "error"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private void ReadAssistant(RequestField content)
    {
        var turn = Turn(Speaker.Assistant);
        if (content.IsText)
        {
            turn.AddText(content);
            return;
        }

        foreach (var block in content.Items())
            AddAssistant(turn, block);
    }

    private void AddAssistant(ConverseTurn turn, RequestField block)
    {
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                _parts.NoteDropped(block, "type", "text", "cache_control");
                if (!turn.AddText(block.Get("text")))
                    return;
                break;
            case "tool_use":
                AddCall(turn, block);
                break;
            case "thinking" or "redacted_thinking":
                AddThought(turn, block, type == "thinking");
                return;
            case "server_tool_use" or "mcp_tool_use":
            case var _ when type.EndsWith("_tool_result", StringComparison.Ordinal):
                // Ran at Anthropic; the texts around it say what came of it.
                dropped.Add($"messages.content.{type}");
                return;
            default:
                throw block.RefuseKind(type, $"{MessagesToConverseParts.Target} in an assistant message");
        }

        if (_parts.CachePoint(block) is { } point)
            turn.Add(point);
    }

    private void AddCall(ConverseTurn turn, RequestField block)
    {
        _parts.NoteDropped(block, "type", "id", "name", "input", "caller", "cache_control");
        var (id, name) = (block.GetText("id"), block.GetText("name"));
        var input = block.Find("input");
        if (input is { IsObject: false } other)
            throw other.Refuse("must be an object");
        _openCalls.Add(id);
        if (!_calledTools.Contains(name, StringComparer.Ordinal))
            _calledTools.Add(name);
        turn.Add(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("toolUse"u8);
            json.WriteString("toolUseId"u8, Id(id));
            json.WriteString("name"u8, ChatToolNames.ForProvider(name));
            json.WritePropertyName("input"u8);
            json.WriteRawValue(input is { } given ? given.Raw : "{}"u8, skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void AddThought(ConverseTurn turn, RequestField block, bool isReadable)
    {
        _parts.NoteDropped(block, "type", "thinking", "signature", "data", "cache_control");
        var opaque = ConverseThought.ForProvider(capabilities.ReasoningFamily, (isReadable ? block.FindText("signature") : block.GetText("data")) ?? "");
        var text = isReadable ? block.Get("thinking") : block;
        if (isReadable)
            _ = text.Text;

        // The data of a thought that nobody can read is bytes to Converse.
        if (opaque is null || (!isReadable && !System.Buffers.Text.Base64.IsValid(opaque)))
        {
            dropped.Add(isReadable ? "messages.content.thinking" : "messages.content.redacted_thinking");
            return;
        }

        turn.Add(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("reasoningContent"u8);
            if (isReadable)
            {
                json.WriteStartObject("reasoningText"u8);
                text.CopyText(json, "text");
                json.WriteString("signature"u8, opaque);
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("redactedContent"u8, opaque);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    // Letters, digits, _ and -, at most 64 of them.
    private static string Id(string id) => ToolCallId.ForConverse(id);
}
