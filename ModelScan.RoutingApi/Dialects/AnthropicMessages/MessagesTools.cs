using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Reads the tools of a Messages request and the choice among them.</summary>
internal static class MessagesTools
{
    // Tools that the client runs and that Claude knows without a schema (https://docs.anthropic.com/en/docs/agents-and-tools/tool-use).
    private static readonly Dictionary<string, string> ClientSchemas = new(StringComparer.Ordinal)
    {
        ["bash"] = """{"type":"object","properties":{"command":{"type":"string","description":"The command to run"},"restart":{"type":"boolean","description":"Whether to start the shell anew"}}}""",
        ["text_editor"] = """{"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert"]},"path":{"type":"string"},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"insert_text":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"}}},"required":["command","path"]}""",
        ["memory"] = """{"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"]},"path":{"type":"string"},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"insert_text":{"type":"string"},"old_path":{"type":"string"},"new_path":{"type":"string"}},"required":["command"]}""",
        ["computer"] = """{"type":"object","properties":{"action":{"type":"string"},"coordinate":{"type":"array","items":{"type":"integer"}},"text":{"type":"string"},"scroll_direction":{"type":"string"},"scroll_amount":{"type":"integer"},"duration":{"type":"number"}},"required":["action"]}""",
    };

    /// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
    /// <param name="root">The request's JSON.</param>
    /// <param name="request">Takes the tools.</param>
    /// <param name="loaded">Tools that count although they are deferred.</param>
    public static void Read(RequestField root, Request request, IReadOnlySet<string> loaded)
    {
        var tools = request.Tools;
        if (root.Find("tools") is { } given)
        {
            tools.Field = given;

            // A deferred tool is offered when a search has found it: the client's own, or Anthropic's, in whose place all are offered.
            var all = given.Items().Any(field => field.FindText("type")?.StartsWith("tool_search_tool", StringComparison.Ordinal) == true);
            foreach (var field in given.Items())
            {
                var tool = ReadTool(field, request.Losses);
                if (all || field.Find("defer_loading") is not { Flag: true } || loaded.Contains(tool.Name))
                    tools.Tools.Add(tool);
            }
        }

        if (root.Find("tool_choice") is { } choice)
            ReadChoice(choice, tools, request.Losses);
    }

    private static Tool ReadTool(RequestField tool, Losses losses)
    {
        var type = tool.FindText("type");
        if (type is not (null or "custom"))
        {
            var stem = StemOf(type);
            if (stem.StartsWith("web_search", StringComparison.Ordinal))
                return ReadSearch(tool, losses);
            if (ClientSchemas.TryGetValue(stem, out var schema))
                return new Tool(ToolKind.Function, NameOf(tool), tool) { OwnSchema = schema, Cache = tool.Find("cache_control")?.AsObject(), Place = $"tools.{stem}" };
            return new Tool(ToolKind.Hosted, type, tool) { Place = stem.StartsWith("tool_search_tool", StringComparison.Ordinal) ? "tools.tool_search_tool" : $"tools.{stem}" };
        }

        losses.DropOthers(tool, "tools", "type", "name", "description", "input_schema", "strict", "cache_control");

        return new Tool(ToolKind.Function, NameOf(tool), tool)
        {
            Description = tool.Find("description")?.AsText(),
            Schema = tool.Find("input_schema")?.AsObject(),
            SchemaPlace = "tools.input_schema",
            IsStrict = tool.Find("strict")?.Flag,
            StrictPlace = "tools.strict",
            Cache = tool.Find("cache_control")?.AsObject(),
            Place = "tools",
        };
    }

    // {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["a.example"], "user_location": {"type": "approximate", …}}
    private static Tool ReadSearch(RequestField tool, Losses losses)
    {
        var unsaid = new List<string>();
        foreach (var (name, _) in tool.Fields())
        {
            if (name is not ("type" or "name" or "allowed_domains" or "blocked_domains" or "user_location" or "cache_control"))
                unsaid.Add($"tools.{name}");
        }

        return new Tool(ToolKind.WebSearch, tool.FindText("name") ?? "web_search", tool)
        {
            SearchedSites = tool.Find("allowed_domains"),
            LeftOutSites = tool.Find("blocked_domains") is { IsEmptyList: false } sites ? sites : null,
            UserPlace = tool.Find("user_location")?.AsObject(),
            Unsaid = unsaid,
            Place = "tools.web_search",
        };
    }

    private static string NameOf(RequestField tool) => tool.Get("name") is { IsEmptyText: false } name ? name.Text : throw tool.Get("name").Refuse("must not be empty");

    // code_execution_20250825
    private static string StemOf(string type)
    {
        var end = type.LastIndexOf('_');
        return end > 0 && type.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? type[..end] : type;
    }

    // {"type": "auto" | "any" | "none" | "tool", "name": "…", "disable_parallel_tool_use": true}
    private static void ReadChoice(RequestField choice, ToolSet tools, Losses losses)
    {
        tools.ChoiceField = choice;
        tools.ParallelPlace = "tool_choice.disable_parallel_tool_use";
        losses.DropOthers(choice, "tool_choice", "type", "name", "disable_parallel_tool_use");

        var type = choice.Get("type");
        tools.Mode = type.Text switch
        {
            "auto" => ToolMode.Auto,
            "any" => ToolMode.Any,
            "none" => ToolMode.None,
            "tool" => ToolMode.One,
            _ => throw type.Refuse("must be auto, any, none or tool"),
        };
        if (tools.Mode == ToolMode.One)
            (tools.Chosen, tools.ChosenField) = (choice.GetText("name"), choice.Get("name"));
        if (choice.Find("disable_parallel_tool_use") is { } single)
            tools.IsParallel = single.Flag ? false : null;
    }
}
