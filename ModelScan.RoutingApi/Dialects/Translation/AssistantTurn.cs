using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A turn of the assistant's in a Messages request, on its way to a Chat provider.</summary>
internal sealed class AssistantTurn(ModelCapabilities capabilities, DroppedFields dropped)
{
    private readonly StringBuilder _thought = new();
    private readonly List<byte[]> _details = [];
    private string? _member;

    public StringBuilder Text { get; } = new();

    public List<RequestField> Calls { get; } = [];

    /// <summary>Takes in a block.</summary>
    /// <exception cref="InvalidRequestException">It is of a kind that no assistant message of the Chat format can hold.</exception>
    public void Add(RequestField block)
    {
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                NoteDropped(block, "type", "text");
                Text.Append(block.GetText("text"));
                break;
            case "tool_use":
                NoteDropped(block, "type", "id", "name", "input", "caller");
                _ = block.GetText("id");
                _ = block.GetText("name");
                if (block.Find("input") is { IsObject: false } input)
                    throw input.Refuse("must be an object");
                Calls.Add(block);
                break;
            case "thinking":
                AddThought(block);
                break;
            case "redacted_thinking":
                if (!TakeState(block.FindText("data")))
                    dropped.Add("messages.content.redacted_thinking");
                break;
            case "server_tool_use" or "mcp_tool_use":
            case var _ when type.EndsWith("_tool_result", StringComparison.Ordinal):
                // Ran at Anthropic; the texts around it say what came of it.
                dropped.Add($"messages.content.{type}");
                break;
            default:
                throw block.RefuseKind(type, "a Chat Completions provider in an assistant message");
        }
    }

    /// <summary>Writes the message; nothing for a turn that has nothing to say to the provider.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Text.Length == 0 && Calls.Count == 0)
        {
            NoteThought();
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (Text.Length > 0)
            json.WriteString("content"u8, Text.ToString());
        else
            json.WriteNull("content"u8);
        WriteThought(json);
        if (Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in Calls)
                WriteCall(json, call);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void AddThought(RequestField block)
    {
        NoteDropped(block, "type", "thinking", "signature");
        _thought.Append(block.GetText("thinking"));
        TakeState(block.FindText("signature"));
    }

    private bool TakeState(string? opaque)
    {
        if (opaque is null || !SealedReasoning.TryOpen(opaque, capabilities.ReasoningFamily ?? ChatThought.DefaultFamily, out var state))
            return false;
        var thought = ChatThought.Read(state);
        _member = thought.WantedMember(capabilities.ReasoningContent);
        if (thought.Details.Length == 0)
            return false;
        _details.Add(thought.Details);
        return true;
    }

    // Providers that show their thoughts want them back beside tool calls, and some refuse them elsewhere.
    private void WriteThought(Utf8JsonWriter json)
    {
        var member = _member ?? (capabilities.ReasoningContent ? ThoughtMembers.ReasoningContent : null);
        if (member is not null && Calls.Count > 0 && _thought.Length > 0)
            json.WriteString(member, _thought.ToString());
        else if (_details.Count == 0)
            NoteThought();
        if (_details.Count == 0)
            return;
        json.WriteStartArray("reasoning_details"u8);
        foreach (var details in _details)
            json.WriteRawValue(details.AsSpan()[1..^1], skipInputValidation: true);
        json.WriteEndArray();
    }

    private void NoteThought()
    {
        if (_thought.Length > 0)
            dropped.Add("messages.content.thinking");
    }

    private void WriteCall(Utf8JsonWriter json, RequestField call)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, ChatToolCallId.ForProvider(call.GetText("id"), capabilities.ShortToolIds, out var extra));
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, ChatToolNames.ForProvider(call.GetText("name")));
        json.WriteString("arguments"u8, call.Find("input") is { } input ? CompactJson.Of(input.Raw) : "{}"u8);
        json.WriteEndObject();
        if (extra.Length > 0)
        {
            json.WritePropertyName("extra_content"u8);
            json.WriteRawValue(extra, skipInputValidation: true);
        }

        json.WriteEndObject();
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
