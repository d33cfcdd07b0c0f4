using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Writes the tools of a Responses request for Chat Completions, which knows functions only: custom tools become functions of one
/// text, namespaces are flattened, a search tool becomes <c>web_search_options</c> where the provider has that, and other tools
/// that the provider itself would have to run are refused.
/// </summary>
internal sealed class ResponsesToChatTools(ResponsesTools tools, ModelCapabilities capabilities, DroppedFields dropped)
{
    private readonly List<CallableTool> _offered = [.. tools.Callable];
    private RequestField? _webSearch;

    /// <summary>Writes <c>tools</c>, <c>tool_choice</c>, <c>parallel_tool_calls</c> and <c>web_search_options</c>.</summary>
    public void Write(Utf8JsonWriter writer, RequestField? choice, RequestField? parallel)
    {
        TakeHosted();
        var mode = ReadChoice(choice, out var only);
        if (capabilities.MaxTools is { } limit && _offered.Count > limit)
            throw new InvalidRequestException("tools", $"the provider takes at most {limit} tools, and these are {_offered.Count}");
        if (_offered.Count > 0)
        {
            writer.WriteStartArray("tools"u8);
            foreach (var tool in _offered)
                WriteTool(writer, tool);
            writer.WriteEndArray();
            WriteChoice(writer, mode, only);
            WriteParallel(writer, parallel);
        }
        else
        {
            if (choice is not null)
                dropped.Add("tool_choice");
            if (parallel is not null)
                dropped.Add("parallel_tool_calls");
        }

        if (_webSearch is { } search)
            WriteWebSearch(writer, search);
    }

    private void TakeHosted()
    {
        foreach (var (type, definition) in tools.Hosted)
        {
            switch (type)
            {
                case "web_search" or "web_search_2025_08_26" or "web_search_preview" or "web_search_preview_2025_03_11":
                    if (capabilities.WebSearch)
                        _webSearch = definition;
                    else
                        dropped.Add("tools.web_search");
                    break;
                case "tool_search":
                    // It finds tools that are loaded when needed; all of them are offered from the beginning.
                    dropped.Add("tools.tool_search");
                    break;
                default:
                    throw definition.Get("type").RefuseKind(type, "a Chat Completions provider");
            }
        }
    }

    // auto | none | required | {type: function|custom, name} | {type: allowed_tools, mode, tools: [{type, name}]}
    private string? ReadChoice(RequestField? choice, out CallableTool? only)
    {
        only = null;
        if (choice is not { } given)
            return null;
        if (given.IsText)
            return RequireMode(given);
        var type = given.GetText("type");
        switch (type)
        {
            case "function" or "custom":
                only = FindTool(given);
                return null;
            case "allowed_tools":
                Restrict(given.Get("tools"));
                return RequireMode(given.Get("mode"));
            default:
                throw given.Get("type").RefuseKind(type, "a Chat Completions provider");
        }
    }

    private string RequireMode(RequestField field)
    {
        var mode = field.Text;
        if (mode is not ("auto" or "none" or "required"))
            throw field.Refuse("must be auto, none, required or an object");
        if (mode == "required" && _offered.Count == 0)
            throw field.Refuse("requires a tool, and there is none that the provider's model can call");
        return mode;
    }

    private void Restrict(RequestField allowed)
    {
        var kept = new List<CallableTool>();
        foreach (var tool in allowed.Items())
            kept.Add(FindTool(tool));
        _offered.RemoveAll(tool => !kept.Contains(tool));
    }

    private CallableTool FindTool(RequestField reference)
    {
        var name = reference.Get("name");
        return tools.Find(tools.FlatName(name.Text, reference.FindText("namespace"))) ?? throw name.Refuse("names no tool of this request");
    }

    private void WriteTool(Utf8JsonWriter writer, CallableTool tool)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, ChatToolNames.ForProvider(tool.Name));
        if (tool.Definition.Find("description") is { } description)
            description.CopyText(writer, "description");
        writer.WritePropertyName("parameters"u8);
        if (tool.IsCustom)
            CustomToolInput.WriteSchema(writer, tool.Definition.Find("format"));
        else
            WriteParameters(writer, tool.Definition.Find("parameters"));
        if (!tool.IsCustom && tool.Definition.Find("strict") is { } strict)
            writer.WriteBoolean("strict"u8, strict.Flag);
        writer.WriteEndObject();
        writer.WriteEndObject();
        foreach (var (name, _) in tool.Definition.Fields())
        {
            if (name is not ("type" or "name" or "description" or "parameters" or "strict" or "format"))
                dropped.Add($"tools.{name}");
        }
    }

    // Providers want an object with properties even where there are none.
    private void WriteParameters(Utf8JsonWriter writer, RequestField? given)
    {
        if (given is not { } schema)
        {
            writer.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8, skipInputValidation: true);
        }
        else if (!schema.IsObject)
        {
            throw schema.Refuse("must be an object");
        }
        else if (capabilities.Schemas == SchemaProfile.Gemini)
        {
            GeminiSchema.Write(writer, schema, dropped, "tools.parameters");
        }
        else if (schema.Find("properties") is null && schema.Find("type") is { IsText: true } type && type.Value.ValueEquals("object"u8))
        {
            writer.WriteStartObject();
            foreach (var (name, field) in schema.Fields())
                field.CopyRaw(writer, name);
            writer.WriteStartObject("properties"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteRawValue(schema.Raw, skipInputValidation: true);
        }
    }

    private static void WriteChoice(Utf8JsonWriter writer, string? mode, CallableTool? only)
    {
        if (mode is not null)
            writer.WriteString("tool_choice"u8, mode);
        if (only is null)
            return;
        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, ChatToolNames.ForProvider(only.Name));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteParallel(Utf8JsonWriter writer, RequestField? parallel)
    {
        if (parallel is not { } given)
            return;
        if (capabilities.ParallelToolCalls)
            writer.WriteBoolean("parallel_tool_calls"u8, given.Flag);
        else
            dropped.Add("parallel_tool_calls");
    }

    // {search_context_size, user_location: {type: approximate, city, …}}: Chat Completions has the place one level deeper.
    private void WriteWebSearch(Utf8JsonWriter writer, RequestField search)
    {
        writer.WriteStartObject("web_search_options"u8);
        foreach (var (name, field) in search.Fields())
        {
            if (name == "search_context_size")
            {
                field.CopyText(writer, name);
            }
            else if (name == "user_location")
            {
                writer.WriteStartObject(name);
                writer.WriteString("type"u8, "approximate"u8);
                writer.WriteStartObject("approximate"u8);
                foreach (var (part, value) in field.Fields())
                {
                    if (part != "type")
                        value.CopyText(writer, part);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            else if (name != "type")
            {
                dropped.Add($"tools.{name}");
            }
        }

        writer.WriteEndObject();
    }
}
