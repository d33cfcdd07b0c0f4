using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the tools of a Messages request, and the choice among them, as Responses has them.</summary>
internal sealed class MessagesToResponsesTools(ModelCapabilities capabilities, DroppedFields dropped)
{
    private readonly List<RequestField> _functions = [];
    private readonly Dictionary<string, string?> _names = new(StringComparer.OrdinalIgnoreCase);
    private RequestField? _webSearch;

    private int Count => _functions.Count + (_webSearch is null ? 0 : 1);

    /// <summary>Reads <c>tools</c>.</summary>
    /// <exception cref="InvalidRequestException">A tool runs at Anthropic only, or there are more than the provider takes.</exception>
    public void Read(RequestField tools)
    {
        foreach (var tool in tools.Items())
        {
            switch (tool.FindText("type"))
            {
                case null or "custom":
                    AddFunction(tool);
                    break;
                case { } type when type.StartsWith("web_search", StringComparison.Ordinal):
                    if (capabilities.WebSearch)
                        _webSearch = tool;
                    else
                        dropped.Add("tools.web_search");
                    break;
                case { } type when type.StartsWith("tool_search_tool", StringComparison.Ordinal):
                    // It finds tools whose definitions are deferred; here they are all sent.
                    dropped.Add("tools.tool_search_tool");
                    break;
                case { } type:
                    throw tool.Get("type").Refuse($"'{type}' is a tool of Anthropic's; the provider does not have it");
            }
        }

        if (capabilities.MaxTools is { } most && Count > most)
            throw tools.Refuse($"the provider takes {most} tools, and the request has {Count}");
    }

    /// <summary>The client's spelling of a name that a model called, if only the case differs.</summary>
    public string ClientName(string name) => _names.TryGetValue(name, out var known) && known is not null ? known : name;

    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>; nothing where no tool is usable.</summary>
    public void Write(Utf8JsonWriter json, RequestField? choice)
    {
        if (Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in _functions)
                WriteFunction(json, tool);
            if (_webSearch is { } search)
                WriteWebSearch(json, search);
            json.WriteEndArray();
        }

        if (choice is { } given)
            WriteChoice(json, given);
    }

    private void AddFunction(RequestField tool)
    {
        var name = tool.Get("name");
        if (name.IsEmptyText)
            throw name.Refuse("must not be empty");
        _functions.Add(tool);

        // Two that differ in case only are told apart exactly.
        if (!_names.TryAdd(name.Text, name.Text))
            _names[name.Text] = null;
    }

    private void WriteFunction(Utf8JsonWriter json, RequestField tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        var isStrict = false;
        foreach (var (name, field) in tool.Fields())
        {
            switch (name)
            {
                case "type" or "input_schema":
                    break;
                case "name" or "description":
                    field.CopyText(json, name);
                    break;
                case "strict":
                    isStrict = field.Flag;
                    break;
                default:
                    dropped.Add($"tools.{name}");
                    break;
            }
        }

        // Responses holds a function for strict unless told otherwise, and refuses schemas with optional properties then.
        json.WriteBoolean("strict"u8, isStrict);
        json.WritePropertyName("parameters"u8);
        WriteSchema(json, tool.Find("input_schema"));
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, RequestField? schema)
    {
        if (schema is not { } given)
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
            return;
        }

        var (hasType, hasProperties) = (given.Find("type") is not null, given.Find("properties") is not null);
        if (hasType && hasProperties)
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (!hasType)
            json.WriteString("type"u8, "object"u8);
        foreach (var (name, field) in given.Fields())
            field.CopyRaw(json, name);
        if (!hasProperties)
        {
            json.WriteStartObject("properties"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["a.example"], "user_location": {"type": "approximate", …}}
    private void WriteWebSearch(Utf8JsonWriter json, RequestField search)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search"u8);
        foreach (var (name, field) in search.Fields())
        {
            switch (name)
            {
                case "type" or "name":
                    break;
                case "allowed_domains":
                    json.WriteStartObject("filters"u8);
                    field.CopyRaw(json, name);
                    json.WriteEndObject();
                    break;
                case "blocked_domains" when field.IsArray && field.Value.GetArrayLength() == 0:
                    break;
                case "blocked_domains":
                    throw field.Refuse("a Responses provider cannot be kept from single domains; use allowed_domains");
                case "user_location":
                    field.CopyRaw(json, name);
                    break;
                default:
                    dropped.Add($"tools.{name}");
                    break;
            }
        }

        json.WriteEndObject();
    }

    // {"type": "auto" | "any" | "none" | "tool", "name": "…", "disable_parallel_tool_use": true}
    private void WriteChoice(Utf8JsonWriter json, RequestField choice)
    {
        var type = choice.GetText("type");
        if (type is not ("auto" or "any" or "none" or "tool"))
            throw choice.Get("type").Refuse("must be auto, any, none or tool");
        foreach (var (field, _) in choice.Fields())
        {
            if (field is not ("type" or "name" or "disable_parallel_tool_use"))
                dropped.Add($"tool_choice.{field}");
        }

        var name = type == "tool" ? choice.Get("name") : default(RequestField?);
        var isSingle = choice.Find("disable_parallel_tool_use") is { Flag: true };
        if (Count == 0)
        {
            dropped.Add("tool_choice");
            return;
        }

        if (name is { } one)
        {
            WriteNamed(json, one);
        }
        else
        {
            json.WriteString("tool_choice"u8, type == "any" ? "required" : type);
        }

        if (!isSingle)
            return;
        if (capabilities.ParallelToolCalls)
            json.WriteBoolean("parallel_tool_calls"u8, false);
        else
            dropped.Add("tool_choice.disable_parallel_tool_use");
    }

    private void WriteNamed(Utf8JsonWriter json, RequestField name)
    {
        json.WriteStartObject("tool_choice"u8);
        if (_webSearch?.FindText("name") == name.Text)
        {
            json.WriteString("type"u8, "web_search"u8);
        }
        else
        {
            if (!_functions.Exists(tool => tool.GetText("name") == name.Text))
                throw name.Refuse("names no tool of the request");
            json.WriteString("type"u8, "function"u8);
            name.CopyText(json, "name");
        }

        json.WriteEndObject();
    }
}
