using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the tools of a Messages request, and the choice among them, as Chat Completions has them.</summary>
internal sealed class MessagesToChatTools(ModelCapabilities capabilities, string provider, DroppedFields dropped)
{
    private readonly List<RequestField> _functions = [];
    private bool _searches;

    /// <summary>The names, for the way back.</summary>
    public ChatToolNames Names { get; } = new();

    /// <summary>Reads <c>tools</c>.</summary>
    /// <exception cref="InvalidRequestException">A tool runs at Anthropic only, or there are more than the provider takes.</exception>
    public void Read(RequestField tools)
    {
        foreach (var tool in tools.Items())
        {
            switch (tool.FindText("type"))
            {
                case null or "custom":
                    _functions.Add(tool);
                    break;
                case { } type when type.StartsWith("web_search", StringComparison.Ordinal):
                    _searches = capabilities.WebSearch;
                    if (!_searches)
                        dropped.Add("tools.web_search");
                    break;
                case { } type when type.StartsWith("tool_search_tool", StringComparison.Ordinal):
                    // Finds tools whose definitions are deferred; here they are all sent.
                    dropped.Add("tools.tool_search_tool");
                    break;
                case { } type:
                    throw tool.Get("type").Refuse($"'{type}' is a tool of Anthropic's; the provider does not have it");
            }
        }

        if (capabilities.MaxTools is { } most && _functions.Count > most)
            throw tools.Refuse($"{(provider.Length > 0 ? provider : "the provider")} takes at most {most} tools; the request has {_functions.Count}");
    }

    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>; nothing where no tool is usable.</summary>
    public void Write(Utf8JsonWriter json, RequestField? choice)
    {
        if (_searches)
        {
            json.WriteStartObject("web_search_options"u8);
            json.WriteEndObject();
        }

        if (_functions.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in _functions)
                WriteTool(json, tool);
            json.WriteEndArray();
        }

        if (choice is { } given)
            WriteChoice(json, given);
    }

    private void WriteTool(Utf8JsonWriter json, RequestField tool)
    {
        var name = tool.Get("name");
        if (name.Text.Length == 0)
            throw name.Refuse("must not be empty");
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, Names.Add(name.Text));
        foreach (var (field, value) in tool.Fields())
        {
            switch (field)
            {
                case "name" or "type" or "input_schema":
                    break;
                case "description":
                    value.CopyText(json, "description");
                    break;
                case "strict":
                    json.WriteBoolean("strict"u8, value.Flag);
                    break;
                default:
                    dropped.Add($"tools.{field}");
                    break;
            }
        }

        json.WritePropertyName("parameters"u8);
        WriteSchema(json, tool.Find("input_schema"));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Providers want an object with properties, even without any.
    private void WriteSchema(Utf8JsonWriter json, RequestField? schema)
    {
        if (schema is not { } given)
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
            return;
        }

        var isWhole = given.Find("type") is not null && given.Find("properties") is not null;
        if (capabilities.Schemas == SchemaProfile.Gemini)
        {
            GeminiSchema.Write(json, given, dropped, "tools.input_schema");
        }
        else if (isWhole)
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            if (given.Find("type") is null)
                json.WriteString("type"u8, "object"u8);
            foreach (var (name, field) in given.Fields())
                field.CopyRaw(json, name);
            if (given.Find("properties") is null)
            {
                json.WriteStartObject("properties"u8);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    }

    // {"type": "auto" | "any" | "none" | "tool", "name": "…", "disable_parallel_tool_use": true}
    private void WriteChoice(Utf8JsonWriter json, RequestField choice)
    {
        var type = choice.GetText("type");
        foreach (var (field, _) in choice.Fields())
        {
            if (field is not ("type" or "name" or "disable_parallel_tool_use"))
                dropped.Add($"tool_choice.{field}");
        }

        if (type is not ("auto" or "any" or "none" or "tool"))
            throw choice.Get("type").Refuse("must be auto, any, none or tool");
        var name = type == "tool" ? choice.GetText("name") : "";
        var single = choice.Find("disable_parallel_tool_use") is { Flag: true };
        if (_functions.Count == 0)
            return;
        if (type == "tool")
        {
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, ChatToolNames.ForProvider(name));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("tool_choice"u8, type == "any" ? "required" : type);
        }

        if (!single)
            return;
        if (capabilities.ParallelToolCalls)
            json.WriteBoolean("parallel_tool_calls"u8, false);
        else
            dropped.Add("tool_choice.disable_parallel_tool_use");
    }
}
