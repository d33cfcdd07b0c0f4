using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Reads tools of a Responses request, wherever they stand: in <c>tools</c>, in namespaces, in items that bring more of them.</summary>
internal sealed class ResponsesToolReader(Request request)
{
    private readonly HashSet<(string Name, string? Namespace)> _known = [];

    /// <summary>Reads a list of tools; those that are known already are passed over.</summary>
    public void Read(RequestField list)
    {
        request.Tools.Field ??= list;
        _ = _known.EnsureCapacity(list.IsArray ? _known.Count + list.Value.GetArrayLength() : 0);
        foreach (var tool in list.Items())
            Add(tool, null);
    }

    // auto | none | required | {type: function|custom, name, namespace} | {type: allowed_tools, mode, tools: [{type, name}]} | {type: web_search}
    public void ReadChoice(RequestField choice)
    {
        var tools = request.Tools;
        tools.ChoiceField = choice;
        if (choice.IsText)
        {
            tools.Mode = ChatTools.Mode(choice);
            return;
        }

        var type = choice.GetText("type");
        switch (type)
        {
            case "function" or "custom":
                (tools.Mode, tools.Chosen, tools.ChosenField, tools.ChosenNamespace) = (ToolMode.One, choice.GetText("name"), choice.Get("name"), choice.FindText("namespace"));
                break;
            case "allowed_tools":
                tools.Mode = choice.Find("mode") is { } mode ? ChatTools.Mode(mode) : ToolMode.Auto;
                tools.Allowed = [];
                foreach (var tool in choice.Get("tools").Items())
                    tools.Allowed.Add((tool.FindText("name") ?? NameOfHosted(tool.GetText("type")), tool.FindText("namespace")));
                break;
            default:
                (tools.Mode, tools.Chosen, tools.ChosenField) = (ToolMode.One, NameOfHosted(type), choice.Get("type"));
                break;
        }
    }

    private static bool IsWebSearch(string type) => type.StartsWith("web_search", StringComparison.Ordinal);

    private static string NameOfHosted(string type) => IsWebSearch(type) ? "web_search" : ClientTool.NameOf(type);

    private void Add(RequestField tool, string? space)
    {
        var type = tool.GetText("type");
        switch (type)
        {
            case "function" or "custom":
                var field = tool.Get("name");
                if (field.IsEmptyText)
                    throw field.Refuse("must not be empty");
                var name = field.Text;
                if (_known.Add((name, space)))
                    request.Tools.Tools.Add(type == "custom" ? Custom(tool, name, space) : Function(tool, name, space));
                break;
            case "namespace" when space is null:
                var spaceName = tool.GetText("name");

                // What is said of a namespace as a whole is said of none of its tools.
                if (tool.Find("description") is not null)
                    request.Losses.Drop("tools.namespace.description");
                foreach (var inner in tool.Get("tools").Items())
                    Add(inner, spaceName);
                break;
            case "namespace":
                throw tool.Refuse("a namespace cannot hold another");
            case var _ when IsWebSearch(type):
                request.Tools.Tools.Add(Search(tool));
                break;
            case var _ when ClientTool.Of(tool, type) is { } known:
                if (_known.Add((known.Name, space)))
                    request.Tools.Tools.Add(RunByClient(tool, known, type));
                break;
            default:
                request.Tools.Tools.Add(new Tool(ToolKind.Hosted, type, tool) { Place = $"tools.{type}" });
                break;
        }
    }

    private Tool Function(RequestField tool, string name, string? space)
    {
        NoteDropped(tool);
        return new Tool(ToolKind.Function, name, tool)
        {
            Namespace = space,
            Description = tool.Find("description")?.AsText(),
            Schema = tool.Find("parameters")?.AsObject(),
            SchemaPlace = "tools.parameters",
            IsStrict = tool.Find("strict")?.Flag,
            StrictPlace = "tools.strict",
            Place = "tools",
        };
    }

    private Tool Custom(RequestField tool, string name, string? space)
    {
        NoteDropped(tool);
        return new Tool(ToolKind.Custom, name, tool) { Namespace = space, Description = tool.Find("description")?.AsText(), Grammar = tool.Find("format")?.AsObject(), Place = "tools.custom" };
    }

    // {"type": "tool_search", "execution": "client", "description": "…", "parameters": {…}}; others say nothing of what they take.
    private static Tool RunByClient(RequestField tool, ClientTool known, string type) => new(ToolKind.Function, known.Name, tool)
    {
        Description = tool.Find("description")?.AsText(),
        Schema = tool.Find("parameters")?.AsObject(),
        SchemaPlace = "tools.parameters",
        OwnSchema = known.Schema,
        Place = $"tools.{type}",
        ClientTool = known,
    };

    // {"type": "web_search", "filters": {"allowed_domains": ["a.example"]}, "user_location": {"type": "approximate", "city": …}, "search_context_size": "low"}
    private static Tool Search(RequestField tool)
    {
        var unsaid = new List<string>();
        foreach (var (name, _) in tool.Fields())
        {
            if (name is not ("type" or "filters" or "user_location" or "search_context_size"))
                unsaid.Add($"tools.{name}");
        }

        return new Tool(ToolKind.WebSearch, "web_search", tool)
        {
            SearchedSites = tool.Find("filters")?.Find("allowed_domains"),
            UserPlace = tool.Find("user_location")?.AsObject(),
            SearchSize = tool.Find("search_context_size")?.AsText(),
            Unsaid = unsaid,
            Place = "tools.web_search",
        };
    }

    private void NoteDropped(RequestField tool)
    {
        request.Losses.DropOthers(tool, "tools", "type", "name", "description", "parameters", "strict", "format");
    }
}
