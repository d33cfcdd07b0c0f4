using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the system prompt and the turns of a Messages request as the messages of a Chat request.</summary>
/// <remarks>
/// A turn of the user's that carries tool results becomes one <c>tool</c> message for each of them, in front, and a <c>user</c> message with
/// the rest, if any: OpenAI wants the results right behind the calls. A result whose call is gone (clients shorten conversations)
/// becomes text.
/// </remarks>
internal sealed class MessagesToChatTurns(Utf8JsonWriter json, ModelCapabilities capabilities, DroppedFields dropped)
{
    // Claude Code's first system block tells Anthropic's billing which client it is.
    private const string BillingHeader = "x-anthropic-billing-header";

    private readonly HashSet<string> _openCalls = new(StringComparer.Ordinal);
    private readonly MessagesToChatParts _parts = new(capabilities, dropped);

    /// <summary>About four bytes make a token; an image counts as 1,000 tokens instead of its bytes.</summary>
    /// <param name="bodyBytes">Size of the whole request.</param>
    public long EstimateTokens(long bodyBytes) => Math.Max(1, ((bodyBytes - _parts.EncodedBytes) / 4) + (1000 * _parts.EncodedParts));

    /// <summary>Writes the system prompt as the first message.</summary>
    public void WriteSystem(RequestField? system)
    {
        if (system is { } given)
            WriteSystemText(SystemText(given, "system"));
    }

    /// <summary>Writes all messages.</summary>
    public void Write(RequestField messages)
    {
        foreach (var message in messages.Items())
        {
            foreach (var (name, _) in message.Fields())
            {
                if (name is not ("role" or "content"))
                    dropped.Add($"messages.{name}");
            }

            var role = message.GetText("role");
            var content = message.Get("content");
            switch (role)
            {
                case "user":
                    WriteUser(content);
                    break;
                case "assistant":
                    WriteAssistant(content);
                    break;
                case "system":
                    WriteSystemText(SystemText(content, "messages.content"));
                    break;
                default:
                    throw message.Get("role").Refuse("must be user, assistant or system");
            }
        }
    }

    private void WriteSystemText(string text)
    {
        if (text.Length == 0)
            return;
        json.WriteStartObject();
        json.WriteString("role"u8, "system"u8);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private string SystemText(RequestField system, string path)
    {
        if (system.IsText)
            return system.Text;
        var text = new StringBuilder();
        foreach (var block in system.Items())
        {
            if (block.GetText("type") is not "text")
                throw block.Get("type").Refuse("must be text");
            _parts.NoteDropped(block, path);
            var part = block.GetText("text");
            if (part.StartsWith(BillingHeader, StringComparison.OrdinalIgnoreCase))
            {
                dropped.Add($"{path}.{BillingHeader}");
                continue;
            }

            if (text.Length > 0 && part.Length > 0)
                text.Append("\n\n");
            text.Append(part);
        }

        return text.ToString();
    }

    private void WriteUser(RequestField content)
    {
        if (content.IsText)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            content.CopyText(json, "content");
            json.WriteEndObject();
            return;
        }

        var parts = new List<ChatPart>();
        var hasResults = false;
        foreach (var block in content.Items())
        {
            if (block.GetText("type") is not "tool_result")
            {
                _parts.Add(parts, block);
                continue;
            }

            hasResults = true;
            AddResult(parts, block);
        }

        if (parts.Count == 0 && hasResults)
            return;
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        ChatPart.WriteContent(json, parts);
        json.WriteEndObject();
    }

    private void AddResult(List<ChatPart> parts, RequestField block)
    {
        var id = block.GetText("tool_use_id");
        foreach (var (name, _) in block.Fields())
        {
            if (name is not ("type" or "tool_use_id" or "content" or "is_error"))
                dropped.Add($"messages.content.{name}");
        }

        var images = new List<ChatPart>();
        var text = _parts.ResultText(block.Find("content"), images);
        if (block.Find("is_error") is { Flag: true } && !text.StartsWith("error", StringComparison.OrdinalIgnoreCase))
            text = $"Error: {text}";
        if (_openCalls.Remove(id))
        {
            json.WriteStartObject();
            json.WriteString("role"u8, "tool"u8);
            json.WriteString("tool_call_id"u8, ChatToolCallId.ForProvider(id, capabilities.ShortToolIds, out _));
            json.WriteString("content"u8, text);
            json.WriteEndObject();
        }
        else
        {
            parts.Add(ChatPart.OfText($"Result of earlier tool call {id}:\n{text}"));
        }

        if (images.Count == 0)
            return;
        parts.Add(ChatPart.OfText($"Image from tool result {id}:"));
        parts.AddRange(images);
    }

    private void WriteAssistant(RequestField content)
    {
        _openCalls.Clear();
        var turn = new AssistantTurn(capabilities, dropped);
        if (content.IsText)
        {
            turn.Text.Append(content.Text);
        }
        else
        {
            foreach (var block in content.Items())
                turn.Add(block);
        }

        foreach (var call in turn.Calls)
            _openCalls.Add(call.GetText("id"));
        turn.Write(json);
    }
}
