using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Writes the messages of a chat request as the <c>input</c> items of a Responses request: messages stay messages (system and
/// developer ones in their place), an assistant's calls and the tools' messages become items of their own.
/// </summary>
internal sealed class ChatToResponsesInput(ModelCapabilities capabilities, DroppedFields dropped, Utf8JsonWriter writer)
{
    private readonly HashSet<string> _customCalls = new(StringComparer.Ordinal);
    private int _legacyCalls;

    /// <summary>Bytes of text written so far, from which tokens can be estimated where a provider does not count them.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Whether the conversation holds sealed reasoning that was given back.</summary>
    public bool HasReasoning { get; private set; }

    /// <summary>Writes the array's elements.</summary>
    /// <exception cref="InvalidRequestException">A message is malformed, or cannot be said in the Responses API.</exception>
    public void Write(RequestField messages)
    {
        foreach (var message in messages.Items())
        {
            var role = message.Get("role");
            switch (role.Text)
            {
                case "system" or "developer" or "user":
                    NoteLeftOut(message, "role", "content");
                    WriteMessage(role.Text, message.Get("content"));
                    break;
                case "assistant":
                    WriteAssistant(message);
                    break;
                case "tool":
                    NoteLeftOut(message, "role", "content", "tool_call_id");
                    WriteOutput(message.GetText("tool_call_id"), message.Get("content"));
                    break;
                case "function":
                    NoteLeftOut(message, "role", "content", "name");
                    WriteOutput(LegacyId(_legacyCalls), message.Get("content"));
                    break;
                default:
                    throw role.Refuse("must be system, developer, user, assistant or tool");
            }
        }
    }

    private void WriteMessage(string role, RequestField content)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, role);
        if (content.IsText)
        {
            content.CopyText(writer, "content");
            TextBytes += content.Raw.Length;
        }
        else
        {
            writer.WriteStartArray("content"u8);
            WriteParts(role, content);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteParts(string role, RequestField content)
    {
        if (!content.IsArray)
            throw content.Refuse("must be a string or an array");
        foreach (var part in content.Items())
        {
            if (part.Find("text") is { IsText: true } text)
                TextBytes += text.Raw.Length;
            ChatContentPart.WriteForResponses(writer, part, role, capabilities, dropped);
        }
    }

    private void WriteAssistant(RequestField message)
    {
        NoteLeftOut(message, "role", "content", "refusal", "tool_calls", "function_call", "reasoning_details", "reasoning_content", "audio", "annotations");
        if (message.Find("audio") is { } audio)
            throw audio.Refuse("refers to an answer in sound that another provider has stored");
        if (message.Find("reasoning_content") is not null)
            dropped.Add("messages.reasoning_content");
        if (message.Find("annotations") is { IsArray: true } annotations && annotations.Value.GetArrayLength() > 0)
            dropped.Add("messages.annotations");
        if (message.Find("reasoning_details") is { } details)
            WriteReasoning(details);

        var content = message.Find("content");
        var refusal = message.Find("refusal");
        if (content is { IsEmptyText: false } || refusal is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("role"u8, "assistant"u8);
            writer.WriteStartArray("content"u8);
            WriteSpoken(content, refusal);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        if (message.Find("tool_calls") is { } calls)
        {
            foreach (var call in calls.Items())
                WriteCall(call);
        }
        else if (message.Find("function_call") is { } legacy)
        {
            WriteFunctionCall(LegacyId(++_legacyCalls), legacy);
        }
    }

    private void WriteSpoken(RequestField? content, RequestField? refusal)
    {
        if (content is { IsText: true } text)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "output_text"u8);
            text.CopyText(writer, "text");
            writer.WriteEndObject();
            TextBytes += text.Raw.Length;
        }
        else if (content is { } parts)
        {
            WriteParts("assistant", parts);
        }

        if (refusal is not { } refused)
            return;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "refusal"u8);
        refused.CopyText(writer, "refusal");
        writer.WriteEndObject();
    }

    // reasoning_details: [{type: reasoning.encrypted, id, data, format}], the way in which a chat answer carries sealed reasoning.
    private void WriteReasoning(RequestField details)
    {
        foreach (var detail in details.Items())
        {
            var format = detail.FindText("format");
            if (detail.GetText("type") != "reasoning.encrypted" || (format is not null && format != ThoughtDetail.ResponsesFormat))
            {
                dropped.Add("messages.reasoning_details");
                continue;
            }

            HasReasoning = true;
            writer.WriteStartObject();
            writer.WriteString("type"u8, "reasoning"u8);
            if (detail.Find("id") is { } id)
                id.CopyText(writer, "id");
            writer.WriteStartArray("summary"u8);
            writer.WriteEndArray();
            detail.Get("data").CopyText(writer, "encrypted_content");
            writer.WriteEndObject();
        }
    }

    private void WriteCall(RequestField call)
    {
        var id = call.GetText("id");
        if (call.FindText("type") is "custom" || (call.Find("type") is null && call.Find("custom") is not null))
        {
            _customCalls.Add(id);
            var custom = call.Get("custom");
            BeginCall("custom_tool_call", id, custom);
            custom.Get("input").CopyText(writer, "input");
            writer.WriteEndObject();
            return;
        }

        if (call.FindText("type") is not (null or "function"))
            throw call.Get("type").Refuse("must be function or custom");
        WriteFunctionCall(id, call.Get("function"));
    }

    private void WriteFunctionCall(string id, RequestField function)
    {
        BeginCall("function_call", id, function);
        var arguments = function.Get("arguments");
        arguments.CopyText(writer, "arguments");
        TextBytes += arguments.Raw.Length;
        writer.WriteEndObject();
    }

    private void BeginCall(string type, string id, RequestField tool)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteString("call_id"u8, ToolCallId.ForResponses(id));
        tool.Get("name").CopyText(writer, "name");
    }

    private void WriteOutput(string id, RequestField content)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, _customCalls.Contains(id) ? "custom_tool_call_output"u8 : "function_call_output"u8);
        writer.WriteString("call_id"u8, ToolCallId.ForResponses(id));
        if (content.IsText)
        {
            content.CopyText(writer, "output");
            TextBytes += content.Raw.Length;
        }
        else
        {
            writer.WriteStartArray("output"u8);
            WriteParts("user", content);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // Calls of the older kind have no id; their result is the next message of role function.
    private static string LegacyId(int number) => $"call_{number}";

    private void NoteLeftOut(RequestField message, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in message.Fields())
        {
            if (known.IndexOf(name) < 0)
                dropped.Add($"messages.{name}");
        }
    }
}
