using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Reads the tools of a Chat request and the choice among them, in today's words and in those from before there were tools.</summary>
internal static class ChatTools
{
    /// <summary>Reads <c>tools</c>, <c>functions</c>, <c>web_search_options</c>, <c>tool_choice</c>, <c>function_call</c> and <c>parallel_tool_calls</c>.</summary>
    public static void Read(RequestField root, Request request)
    {
        var tools = request.Tools;
        if (root.Find("tools") is { } given)
        {
            tools.Field = given;
            foreach (var tool in given.Items())
                tools.Tools.Add(ReadTool(tool, request.Losses));
        }

        if (root.Find("functions") is { } functions)
        {
            tools.Field ??= functions;
            foreach (var function in functions.Items())
                tools.Tools.Add(ReadFunction(function, function, "functions", request.Losses));
        }

        if (root.Find("web_search_options") is { } search)
            tools.Tools.Add(ReadSearch(search.AsObject(), request.Losses));
        tools.IsParallel = root.Find("parallel_tool_calls")?.Flag;
        if ((root.Find("tool_choice") ?? root.Find("function_call")) is { } choice)
            ReadChoice(choice, tools);
    }

    private static Tool ReadTool(RequestField tool, Losses losses)
    {
        var type = tool.FindText("type") ?? "function";
        if (type is not ("function" or "custom"))
            return new Tool(ToolKind.Hosted, type, tool) { Place = $"tools.{type}" };
        losses.DropOthers(tool, "tools", "type", "function", "custom", "cache_control");

        return type == "function" ? ReadFunction(tool.Get("function"), tool, "tools.function", losses) : ReadCustom(tool.Get("custom"), tool, losses);
    }

    private static Tool ReadFunction(RequestField function, RequestField tool, string place, Losses losses)
    {
        losses.DropOthers(function, place, "type", "name", "description", "parameters", "strict", "cache_control");

        return new Tool(ToolKind.Function, NameOf(function), tool)
        {
            Description = function.Find("description")?.AsText(),
            Schema = function.Find("parameters")?.AsObject(),
            SchemaPlace = $"{place}.parameters",
            IsStrict = function.Find("strict")?.Flag,
            StrictPlace = $"{place}.strict",
            Cache = (tool.Find("cache_control") ?? function.Find("cache_control"))?.AsObject(),
            Place = "tools",
        };
    }

    private static Tool ReadCustom(RequestField custom, RequestField tool, Losses losses)
    {
        losses.DropOthers(custom, "tools.custom", "name", "description", "format");

        return new Tool(ToolKind.Custom, NameOf(custom), tool) { Description = custom.Find("description")?.AsText(), Grammar = custom.Find("format")?.AsObject(), Place = "tools.custom" };
    }

    // web_search_options: {search_context_size, user_location: {type: approximate, approximate: {city, …}}}
    private static Tool ReadSearch(RequestField search, Losses losses)
    {
        var unsaid = new List<string>();
        foreach (var (name, _) in search.Fields())
        {
            if (name is not ("search_context_size" or "user_location"))
                unsaid.Add($"web_search_options.{name}");
        }

        return new Tool(ToolKind.WebSearch, "web_search", search)
        {
            SearchSize = search.Find("search_context_size")?.AsText(),
            UserPlace = search.Find("user_location")?.Find("approximate")?.AsObject(),
            Unsaid = unsaid,
            Place = "web_search_options",
        };
    }

    private static string NameOf(RequestField tool) => tool.Get("name") is { IsEmptyText: false } name ? name.Text : throw tool.Get("name").Refuse("must not be empty");

    // "auto" | "required" | "none" | {"type": "function", "function": {"name"}} | {"type": "custom", "custom": {"name"}} | {"name"} |
    // {"type": "allowed_tools", "allowed_tools": {"mode", "tools": [{"type": "function", "function": {"name"}}]}}
    private static void ReadChoice(RequestField choice, ToolSet tools)
    {
        tools.ChoiceField = choice;
        if (choice.IsText)
        {
            tools.Mode = Mode(choice);
            return;
        }

        var type = choice.FindText("type") ?? "function";
        switch (type)
        {
            case "function" or "custom":
                var chosen = (choice.Find(type) ?? choice).Get("name");
                (tools.Mode, tools.Chosen, tools.ChosenField) = (ToolMode.One, chosen.Text, chosen);
                break;
            case "allowed_tools":
                var allowed = choice.Get("allowed_tools");
                tools.Mode = allowed.Find("mode") is { } mode ? Mode(mode) : ToolMode.Auto;
                tools.Allowed = [];
                foreach (var tool in allowed.Get("tools").Items())
                    tools.Allowed.Add(((tool.Find(tool.FindText("type") ?? "function") ?? tool).GetText("name"), null));
                break;
            default:
                throw choice.Get("type").RefuseKind(type, "a model");
        }
    }

    /// <summary>OpenAI's words for whether tools are called.</summary>
    public static ToolMode Mode(RequestField mode) => mode.Text switch
    {
        "auto" => ToolMode.Auto,
        "required" => ToolMode.Any,
        "none" => ToolMode.None,
        _ => throw mode.Refuse("must be auto, required or none"),
    };
}
