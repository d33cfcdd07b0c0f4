using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the tools of a Messages request, and the choice among them, as Converse's <c>toolConfig</c>.</summary>
internal sealed class MessagesToConverseTools(ModelCapabilities capabilities, DroppedFields dropped)
{
    private readonly List<RequestField> _tools = [];

    /// <summary>The names, for the way back.</summary>
    public ChatToolNames Names { get; } = new();

    /// <summary>Reads <c>tools</c>.</summary>
    /// <exception cref="InvalidRequestException">A tool is Anthropic's own.</exception>
    public void Read(RequestField tools)
    {
        foreach (var tool in tools.Items())
        {
            switch (tool.FindText("type"))
            {
                case null or "custom":
                    _tools.Add(tool);
                    break;
                case { } type when type.StartsWith("web_search", StringComparison.Ordinal):
                    dropped.Add("tools.web_search");
                    break;
                case { } type when type.StartsWith("tool_search_tool", StringComparison.Ordinal):
                    // Finds tools whose definitions are deferred; here they are all sent.
                    dropped.Add("tools.tool_search_tool");
                    break;
                case { } type:
                    throw tool.Get("type").Refuse($"'{type}' is a tool of Anthropic's; {MessagesToConverseParts.Target} does not have it");
            }
        }

        if (capabilities.MaxTools is { } most && _tools.Count > most)
            throw tools.Refuse($"{MessagesToConverseParts.Target} takes at most {most} tools; the request has {_tools.Count}");
    }

    /// <summary>Writes <c>toolConfig</c>; nothing where no tool can be called.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="choice">The request's <c>tool_choice</c>.</param>
    /// <param name="called">Tools that were called before.</param>
    public void Write(Utf8JsonWriter json, RequestField? choice, IReadOnlyList<string> called)
    {
        var kind = choice is { } given ? ReadChoice(given, called.Count > 0) : null;
        if (_tools.Count == 0 && called.Count == 0)
            return;

        // Converse cannot forbid calls; without tools there are none.
        if (kind == "none" && called.Count == 0)
            return;
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var tool in _tools)
            WriteTool(json, tool);
        if (_tools.Count == 0)
        {
            foreach (var name in called)
                WriteForgotten(json, name);
        }

        json.WriteEndArray();
        if (_tools.Count > 0 && kind is not (null or "none"))
            WriteChoice(json, kind, choice!.Value);
        json.WriteEndObject();
    }

    private void WriteTool(Utf8JsonWriter json, RequestField tool)
    {
        var name = tool.Get("name");
        if (name.Text.Length == 0)
            throw name.Refuse("must not be empty");
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, Names.Add(name.Text));
        foreach (var (field, value) in tool.Fields())
        {
            switch (field)
            {
                case "name" or "type" or "input_schema" or "cache_control":
                    break;
                case "description":
                    if (!string.IsNullOrWhiteSpace(value.Text))
                        value.CopyText(json, "description");
                    break;
                case "strict" when capabilities.StrictTools || !value.Flag:
                    if (value.Flag)
                        json.WriteBoolean("strict"u8, true);
                    break;
                default:
                    dropped.Add($"tools.{field}");
                    break;
            }
        }

        WriteSchema(json, tool.Find("input_schema"));
        json.WriteEndObject();
        json.WriteEndObject();
        ConverseCachePoint.Of(tool, capabilities.ToolCachePoints, dropped, "tools.cache_control")?.Invoke(json);
    }

    private static void WriteSchema(Utf8JsonWriter json, RequestField? schema)
    {
        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        if (schema is not { } given)
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
        }
        else if (given.Find("type") is not null)
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "object"u8);
            foreach (var (name, field) in given.Fields())
            {
                if (name != "type")
                    field.CopyRaw(json, name);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // Bedrock refuses calls in the history of a request that declares no tools.
    private static void WriteForgotten(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, ChatToolNames.ForProvider(name));
        json.WriteString("description"u8, "Not to be called any more."u8);
        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // {"type": "auto" | "any" | "none" | "tool", "name": "…", "disable_parallel_tool_use": true}
    private string ReadChoice(RequestField choice, bool isCalled)
    {
        var type = choice.GetText("type");
        foreach (var (field, value) in choice.Fields())
        {
            if (field is not ("type" or "name") && !(field == "disable_parallel_tool_use" && !value.Flag))
                dropped.Add($"tool_choice.{field}");
        }

        if (type is not ("auto" or "any" or "none" or "tool"))
            throw choice.Get("type").Refuse("must be auto, any, none or tool");
        if (type == "tool")
            _ = choice.GetText("name");
        if (type == "none" && isCalled && _tools.Count > 0)
            dropped.Add("tool_choice");
        return type;
    }

    private static void WriteChoice(Utf8JsonWriter json, string kind, RequestField choice)
    {
        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(kind);
        if (kind == "tool")
            json.WriteString("name"u8, ChatToolNames.ForProvider(choice.GetText("name")));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
