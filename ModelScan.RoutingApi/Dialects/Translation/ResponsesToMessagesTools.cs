using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the tools of a Responses request, and the choice among them, as Messages has them.</summary>
internal sealed class ResponsesToMessagesTools
{
    private readonly ResponsesTools _tools;
    private readonly DroppedFields _dropped;
    private readonly List<CallableTool> _offered = [];
    private RequestField? _webSearch;

    /// <summary>Decides what is offered: all tools, or those that <paramref name="choice"/> allows.</summary>
    public ResponsesToMessagesTools(ResponsesTools tools, RequestField? choice, ModelCapabilities capabilities, DroppedFields dropped)
    {
        (_tools, _dropped) = (tools, dropped);
        _offered.AddRange(tools.Callable);
        foreach (var (type, definition) in tools.Hosted)
            TakeHosted(type, definition, capabilities);
        if (choice is { IsObject: true } only && only.GetText("type") == "allowed_tools")
            Restrict(only.Get("tools"));
        if (capabilities.MaxTools is { } most && Count > most)
            throw new InvalidRequestException("tools", $"the provider takes {most} tools, and the request has {Count}");
        Choice = ReadChoice(choice);
    }

    /// <summary>Whether the model has to call a tool, by the request's will.</summary>
    public bool IsForced => Choice.Type is "any" or "tool";

    private (string Type, string? Name) Choice { get; }

    private int Count => _offered.Count + (_webSearch is null ? 0 : 1);

    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>, if there are tools.</summary>
    public void Write(Utf8JsonWriter json, bool parallel)
    {
        if (Count == 0)
            return;
        json.WriteStartArray("tools");
        foreach (var tool in _offered)
            WriteTool(json, tool);
        if (_webSearch is { } search)
            WriteWebSearch(json, search);
        json.WriteEndArray();

        if (Choice.Type == "auto" && parallel)
            return;
        json.WriteStartObject("tool_choice");
        json.WriteString("type", Choice.Type);
        if (Choice.Name is { } name)
            json.WriteString("name", name);
        if (!parallel && Choice.Type != "none")
            json.WriteBoolean("disable_parallel_tool_use", true);
        json.WriteEndObject();
    }

    private void TakeHosted(string type, RequestField definition, ModelCapabilities capabilities)
    {
        if (!IsWebSearch(type))
            throw definition.RefuseKind(type, "a Messages provider");
        if (capabilities.WebSearch)
            _webSearch = definition;
        else
            _dropped.Add($"tools.{type}");
    }

    // web_search, web_search_preview, and both with a date.
    private static bool IsWebSearch(string type) => type.StartsWith("web_search", StringComparison.Ordinal);

    // {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}, …]}
    private void Restrict(RequestField allowed)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var search = false;
        foreach (var tool in allowed.Items())
        {
            if (IsWebSearch(tool.GetText("type")))
                search = true;
            else
                names.Add(tool.GetText("name"));
        }

        _offered.RemoveAll(tool => !names.Contains(tool.OwnName) && !(tool.Namespace is { } space && names.Contains(space)));
        if (!search)
            _webSearch = null;
    }

    private (string Type, string? Name) ReadChoice(RequestField? choice)
    {
        if (choice is not { } given || Count == 0)
            return ("auto", null);
        if (given.IsText)
            return (Mode(given), null);
        var type = given.GetText("type");
        return type switch
        {
            "allowed_tools" => (given.Find("mode") is { } mode ? Mode(mode) : "auto", null),
            "function" or "custom" => ("tool", _tools.FlatName(given.GetText("name"), given.FindText("namespace"))),
            _ when IsWebSearch(type) && _webSearch is not null => ("tool", "web_search"),
            _ => throw given.RefuseKind(type, "a Messages provider"),
        };
    }

    private static string Mode(RequestField mode) => mode.Text switch
    {
        "auto" => "auto",
        "required" => "any",
        "none" => "none",
        _ => throw mode.Refuse("must be auto, required or none"),
    };

    private void WriteTool(Utf8JsonWriter json, CallableTool tool)
    {
        json.WriteStartObject();
        json.WriteString("name", tool.Name);
        if (tool.Definition.Find("description") is { } description)
            description.CopyText(json, "description");
        json.WritePropertyName("input_schema");
        if (tool.IsCustom)
            CustomToolInput.WriteSchema(json, tool.Definition.Find("format"));
        else
            WriteSchema(json, tool.Definition.Find("parameters"));
        json.WriteEndObject();
        NoteDropped(tool.Definition);
    }

    // Anthropic wants an object with a type; OpenAI takes a function without parameters.
    private static void WriteSchema(Utf8JsonWriter json, RequestField? schema)
    {
        if (schema is not { } given)
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
            return;
        }

        if (given.Find("type") is { IsText: true })
        {
            json.WriteRawValue(given.Raw, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        foreach (var (name, field) in given.Fields())
        {
            if (name != "type")
                field.CopyRaw(json, name);
        }

        json.WriteEndObject();
    }

    private void NoteDropped(RequestField definition)
    {
        foreach (var (name, field) in definition.Fields())
        {
            var isSaid = name is "type" or "name" or "description" or "parameters" or "format"
                || (name == "strict" && field.Value.ValueKind == JsonValueKind.False);
            if (!isSaid)
                _dropped.Add($"tools.{name}");
        }
    }

    // {"type": "web_search", "filters": {"allowed_domains": ["a.example"]}, "user_location": {"type": "approximate", "city": …}}
    private void WriteWebSearch(Utf8JsonWriter json, RequestField search)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_20250305"u8);
        json.WriteString("name"u8, "web_search"u8);
        if (search.Find("filters")?.Find("allowed_domains") is { } domains)
            domains.CopyRaw(json, "allowed_domains");
        if (search.Find("user_location") is { } place)
            place.CopyRaw(json, "user_location");
        json.WriteEndObject();
        foreach (var (name, _) in search.Fields())
        {
            if (name is not ("type" or "filters" or "user_location"))
                _dropped.Add($"tools.{name}");
        }
    }
}
