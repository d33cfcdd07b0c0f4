using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Writes the tools of a chat request for the Responses API, which has the same kinds without the inner object:
/// <c>{"type": "function", "function": {"name": …}}</c> becomes <c>{"type": "function", "name": …}</c>.
/// </summary>
internal sealed class ChatToResponsesTools(DroppedFields dropped, Utf8JsonWriter writer)
{
    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
    /// <returns>Whether there is any tool.</returns>
    public bool Write(RequestField root)
    {
        var tools = root.Find("tools");
        var functions = root.Find("functions");
        var search = root.Find("web_search_options");
        var any = search is not null || tools is { IsArray: false } || functions is { IsArray: false }
            || tools?.Value.GetArrayLength() > 0 || functions?.Value.GetArrayLength() > 0;
        var choice = root.Find("tool_choice") ?? root.Find("function_call");
        if (!any)
        {
            dropped.AddIfThere(root, "tool_choice", "tool_choice");
            dropped.AddIfThere(root, "function_call", "function_call");
            dropped.AddIfThere(root, "parallel_tool_calls", "parallel_tool_calls");
            return false;
        }

        writer.WriteStartArray("tools"u8);
        if (tools is { } given)
        {
            foreach (var tool in given.Items())
                WriteTool(tool);
        }

        if (functions is { } legacy)
        {
            foreach (var function in legacy.Items())
                WriteFunction(function, "functions");
        }

        if (search is { } options)
            WriteWebSearch(options);
        writer.WriteEndArray();
        if (choice is { } chosen)
            WriteChoice(chosen);
        return true;
    }

    private void WriteTool(RequestField tool)
    {
        var type = tool.GetText("type");
        switch (type)
        {
            case "function":
                WriteFunction(tool.Get("function"), "tools.function");
                break;
            case "custom":
                WriteCustom(tool.Get("custom"));
                break;
            default:
                throw tool.Get("type").RefuseKind(type, "a Responses provider");
        }

        foreach (var (name, _) in tool.Fields())
        {
            if (name is not ("type" or "function" or "custom"))
                dropped.Add($"tools.{name}");
        }
    }

    private void WriteFunction(RequestField function, string path)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        function.Get("name").CopyText(writer, "name");
        if (function.Find("description") is { } description)
            description.CopyText(writer, "description");
        writer.WritePropertyName("parameters"u8);
        if (function.Find("parameters") is not { } parameters)
            writer.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8, skipInputValidation: true);
        else if (parameters.IsObject)
            writer.WriteRawValue(parameters.Raw, skipInputValidation: true);
        else
            throw parameters.Refuse("must be an object");

        // The two APIs differ in what holds where nothing is said: here strict is the rule.
        writer.WriteBoolean("strict"u8, function.Find("strict")?.Flag ?? false);
        writer.WriteEndObject();
        foreach (var (name, _) in function.Fields())
        {
            if (name is not ("name" or "description" or "parameters" or "strict"))
                dropped.Add($"{path}.{name}");
        }
    }

    private void WriteCustom(RequestField custom)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "custom"u8);
        custom.Get("name").CopyText(writer, "name");
        if (custom.Find("description") is { } description)
            description.CopyText(writer, "description");
        if (custom.Find("format") is { } format)
        {
            writer.WriteStartObject("format"u8);
            format.Get("type").CopyText(writer, "type");
            if (format.Find("grammar") is { } grammar)
            {
                grammar.Get("syntax").CopyText(writer, "syntax");
                grammar.Get("definition").CopyText(writer, "definition");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // web_search_options: {search_context_size, user_location: {type: approximate, approximate: {city, …}}}
    private void WriteWebSearch(RequestField options)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "web_search"u8);
        foreach (var (name, field) in options.Fields())
        {
            if (name == "search_context_size")
            {
                field.CopyText(writer, name);
            }
            else if (name == "user_location")
            {
                writer.WriteStartObject(name);
                writer.WriteString("type"u8, "approximate"u8);
                foreach (var (part, value) in field.Get("approximate").Fields())
                    value.CopyText(writer, part);
                writer.WriteEndObject();
            }
            else
            {
                dropped.Add($"web_search_options.{name}");
            }
        }

        writer.WriteEndObject();
    }

    // auto | none | required | {type, function: {name}} | {type, custom: {name}} | {type, allowed_tools: {mode, tools}} | {name}
    private void WriteChoice(RequestField choice)
    {
        if (choice.IsText)
        {
            if (choice.Text is not ("auto" or "none" or "required"))
                throw choice.Refuse("must be auto, none, required or an object");
            choice.CopyText(writer, "tool_choice");
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        var type = choice.FindText("type") ?? "function";
        switch (type)
        {
            case "function" or "custom":
                WriteNamed(type, choice.Find(type) ?? choice);
                break;
            case "allowed_tools":
                var allowed = choice.Get("allowed_tools");
                writer.WriteString("type"u8, "allowed_tools"u8);
                allowed.Get("mode").CopyText(writer, "mode");
                writer.WriteStartArray("tools"u8);
                foreach (var tool in allowed.Get("tools").Items())
                {
                    writer.WriteStartObject();
                    WriteNamed(tool.GetText("type"), tool.Find(tool.GetText("type")) ?? tool);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                break;
            default:
                throw choice.Get("type").RefuseKind(type, "a Responses provider");
        }

        writer.WriteEndObject();
    }

    private void WriteNamed(string type, RequestField named)
    {
        writer.WriteString("type"u8, type);
        named.Get("name").CopyText(writer, "name");
    }
}
