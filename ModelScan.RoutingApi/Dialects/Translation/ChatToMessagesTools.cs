using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes the tools of a Chat request, and the choice among them, as Messages has them.</summary>
internal sealed class ChatToMessagesTools
{
    private readonly DroppedFields _dropped;
    private readonly List<(RequestField Tool, RequestField Function)> _tools = [];
    private readonly bool _searches;

    public ChatToMessagesTools(RequestField request, ModelCapabilities capabilities, DroppedFields dropped)
    {
        _dropped = dropped;
        if (request.Find("tools") is { } tools)
        {
            foreach (var tool in tools.Items())
                Read(tool);
        }

        // The way before tools.
        if (request.Find("functions") is { } functions)
        {
            foreach (var function in functions.Items())
                _tools.Add((function, function));
        }

        _searches = capabilities.WebSearch && request.Find("web_search_options") is not null;
        if (request.Find("web_search_options") is not null && !_searches)
            dropped.Add("web_search_options");
        ReadChoice(request.Find("tool_choice") ?? request.Find("function_call"));
        if (capabilities.MaxTools is { } most && _tools.Count > most)
            throw new InvalidRequestException("tools", $"the provider takes at most {most} tools; the request has {_tools.Count}");
        DisablesParallel = request.Find("parallel_tool_calls") is { Flag: false };
    }

    /// <summary>Whether the model has to call a tool.</summary>
    public bool IsForced => Count > 0 && Choice is "any" or "tool";

    private bool DisablesParallel { get; }

    private string Choice { get; set; } = "";

    private string ChosenName { get; set; } = "";

    private int Count => _tools.Count + (_searches ? 1 : 0);

    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>, if there are tools.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Count == 0)
            return;
        json.WriteStartArray("tools"u8);
        foreach (var (tool, function) in _tools)
            Write(json, tool, function);
        if (_searches)
            json.WriteRawValue("""{"type":"web_search_20250305","name":"web_search"}"""u8, skipInputValidation: true);
        json.WriteEndArray();
        if (Choice.Length == 0 && !DisablesParallel)
            return;
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, Choice.Length == 0 ? "auto" : Choice);
        if (ChosenName.Length > 0)
            json.WriteString("name"u8, ChosenName);
        if (DisablesParallel && Choice != "none")
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        json.WriteEndObject();
    }

    private void Read(RequestField tool)
    {
        var type = tool.FindText("type") ?? "function";
        if (type != "function")
            throw tool.RefuseKind(type, "a Messages provider");
        _tools.Add((tool, tool.Get("function")));
    }

    // "auto" | "required" | "none" | {"type": "function", "function": {"name"}} | {"name"} |
    // {"type": "allowed_tools", "allowed_tools": {"mode", "tools": [{"type": "function", "function": {"name"}}]}}
    private void ReadChoice(RequestField? choice)
    {
        if (choice is not { } given)
            return;
        if (given.IsText)
        {
            Choice = Mode(given);
            return;
        }

        switch (given.FindText("type"))
        {
            case "function":
                (Choice, ChosenName) = ("tool", given.Get("function").GetText("name"));
                break;
            case "allowed_tools":
                var allowed = given.Get("allowed_tools");
                Choice = allowed.Find("mode") is { } mode ? Mode(mode) : "auto";
                Restrict(allowed.Get("tools"));
                break;
            case null:
                (Choice, ChosenName) = ("tool", given.GetText("name"));
                break;
            case var other:
                throw given.RefuseKind(other, "a Messages provider");
        }
    }

    private static string Mode(RequestField mode) => mode.Text switch
    {
        "auto" => "auto",
        "required" => "any",
        "none" => "none",
        _ => throw mode.Refuse("must be auto, required or none"),
    };

    private void Restrict(RequestField allowed)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in allowed.Items())
            names.Add(tool.Get("function").GetText("name"));
        _tools.RemoveAll(tool => !names.Contains(tool.Function.GetText("name")));
    }

    private void Write(Utf8JsonWriter json, RequestField tool, RequestField function)
    {
        var name = function.Get("name");
        if (name.IsEmptyText)
            throw name.Refuse("must not be empty");
        json.WriteStartObject();
        name.CopyText(json, "name");
        if (function.Find("description") is { } description)
            description.CopyText(json, "description");
        json.WritePropertyName("input_schema"u8);
        WriteSchema(json, function.Find("parameters"));
        ChatToMessagesParts.Cache(tool)?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
        foreach (var (field, value) in function.Fields())
        {
            var isSaid = field is "type" or "name" or "description" or "parameters" or "cache_control"
                || (field == "strict" && value.Value.ValueKind == JsonValueKind.False);
            if (!isSaid)
                _dropped.Add($"tools.function.{field}");
        }
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
}
