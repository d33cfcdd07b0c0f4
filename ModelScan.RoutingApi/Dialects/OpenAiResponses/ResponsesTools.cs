using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>A tool of a Responses request that the model calls by name.</summary>
/// <param name="Name">Its name for a provider that knows neither namespaces nor custom tools.</param>
/// <param name="OwnName">Its name in the request.</param>
/// <param name="Namespace">The namespace that holds it, if one does.</param>
/// <param name="IsCustom">Whether it takes free text (<c>custom</c>) instead of JSON (<c>function</c>).</param>
/// <param name="Definition">What the request says of it.</param>
internal sealed record CallableTool(string Name, string OwnName, string? Namespace, bool IsCustom, RequestField Definition)
{
    /// <summary>The tool as the client knows it, where a model has called it.</summary>
    public CalledTool Called => new(OwnName, Namespace, IsCustom);
}

/// <summary>
/// The tools of a Responses request: those that the model calls by name, flattened out of their namespaces, and those that run
/// elsewhere (<c>web_search</c>, …).
/// </summary>
internal sealed class ResponsesTools
{
    private readonly List<CallableTool> _callable = [];
    private readonly Dictionary<string, CallableTool> _byName = new(StringComparer.Ordinal);
    private readonly List<(string Type, RequestField Definition)> _hosted = [];

    public static ResponsesTools None { get; } = new();

    public IReadOnlyList<CallableTool> Callable => _callable;

    /// <summary>Tools of other types, which no model calls by name.</summary>
    public IReadOnlyList<(string Type, RequestField Definition)> Hosted => _hosted;

    /// <summary>Reads <c>tools</c>.</summary>
    public static ResponsesTools Read(RequestField field)
    {
        var tools = new ResponsesTools();
        foreach (var tool in field.Items())
            tools.Add(tool, null);
        return tools;
    }

    /// <summary>The tool that a provider calls by its flat name.</summary>
    public CallableTool? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The flat name of a tool; its own name where the request does not define it.</summary>
    public string FlatName(string ownName, string? space)
    {
        foreach (var tool in _callable)
        {
            if (tool.OwnName == ownName && (space is null || tool.Namespace == space))
                return tool.Name;
        }

        return ownName;
    }

    private void Add(RequestField tool, string? space)
    {
        var type = tool.GetText("type");
        switch (type)
        {
            case "function" or "custom":
                var own = tool.Get("name");
                if (own.IsEmptyText)
                    throw own.Refuse("must not be empty");
                var callable = new CallableTool(FreeName(own.Text, space), own.Text, space, type == "custom", tool);
                _callable.Add(callable);
                _byName.Add(callable.Name, callable);
                break;
            case "namespace" when space is null:
                var name = tool.GetText("name");
                foreach (var inner in tool.Get("tools").Items())
                    Add(inner, name);
                break;
            case "namespace":
                throw tool.Refuse("a namespace cannot hold another");
            default:
                _hosted.Add((type, tool));
                break;
        }
    }

    // Two namespaces may each have a tool of one name; the second is called by both names, and numbered if even that is taken.
    private string FreeName(string own, string? space)
    {
        if (!_byName.ContainsKey(own))
            return own;
        var stem = space is null ? own : $"{space}__{own}";
        var name = stem;
        for (var number = 2; _byName.ContainsKey(name); number++)
            name = $"{stem}_{number}";
        return name;
    }
}
