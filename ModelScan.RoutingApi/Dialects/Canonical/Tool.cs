using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Kinds of tools.</summary>
internal enum ToolKind
{
    /// <summary>The client runs it, and it takes JSON.</summary>
    Function,

    /// <summary>The client runs it, and it takes text (OpenAI).</summary>
    Custom,

    /// <summary>The provider searches the web.</summary>
    WebSearch,

    /// <summary>The provider runs it, or only its models know it.</summary>
    Hosted,
}

/// <summary>A tool that the model may call.</summary>
/// <param name="Kind">What kind of tool it is.</param>
/// <param name="Name">Its name, as the client knows it; of <see cref="ToolKind.Hosted"/> its type.</param>
/// <param name="Field">What the request says of it.</param>
internal sealed record Tool(ToolKind Kind, string Name, RequestField Field)
{
    /// <summary>The namespace that holds it (Responses).</summary>
    public string? Namespace { get; init; }

    public RequestField? Description { get; init; }

    /// <summary>JSON Schema of what it takes.</summary>
    public RequestField? Schema { get; init; }

    /// <summary>Where the schema stands, without indexes.</summary>
    public string SchemaPlace { get; init; } = "";

    /// <summary>A schema of the gateway's own, for tools that the client's format knows without one.</summary>
    public string? OwnSchema { get; init; }

    /// <summary>Of a tool that has a type of its own at OpenAI: which one, for its calls to come back as (Responses).</summary>
    public ClientTool? ClientTool { get; init; }

    /// <summary>Of a custom tool: the grammar of its text.</summary>
    public RequestField? Grammar { get; init; }

    /// <summary>Whether its schema is to be kept to the letter; <see langword="null"/> where nothing is said.</summary>
    public bool? IsStrict { get; init; }

    /// <summary>Where that stands, without indexes.</summary>
    public string StrictPlace { get; init; } = "";

    /// <summary>Its mark for the provider's cache.</summary>
    public RequestField? Cache { get; init; }

    /// <summary>What it is called where it is left out.</summary>
    public string Place { get; init; } = "";

    /// <summary>Of a search: the only sites to search.</summary>
    public RequestField? SearchedSites { get; init; }

    /// <summary>Of a search: sites to leave out.</summary>
    public RequestField? LeftOutSites { get; init; }

    /// <summary>Of a search: where the user is, as <c>{city, region, country, timezone}</c>.</summary>
    public RequestField? UserPlace { get; init; }

    /// <summary>Of a search: how much of what it finds is to be read (OpenAI: <c>low</c>, <c>medium</c>, <c>high</c>).</summary>
    public RequestField? SearchSize { get; init; }

    /// <summary>Of a search: places of what no other format says of one.</summary>
    public IReadOnlyList<string> Unsaid { get; init; } = [];

    /// <summary>Its name at the provider.</summary>
    public string SentName { get; set; } = Name;
}

/// <summary>Whether the model calls tools.</summary>
internal enum ToolMode
{
    /// <summary>Nothing is said.</summary>
    Unset,

    /// <summary>As it sees fit.</summary>
    Auto,

    /// <summary>It has to call one.</summary>
    Any,

    /// <summary>It must not.</summary>
    None,

    /// <summary>It has to call <see cref="ToolSet.Chosen"/>.</summary>
    One,
}

/// <summary>The tools of a request and the choice among them.</summary>
internal sealed class ToolSet
{
    public List<Tool> Tools { get; } = [];

    public ToolMode Mode { get; set; }

    /// <summary>The tool that has to be called, as the client names it.</summary>
    public string Chosen { get; set; } = "";

    public string? ChosenNamespace { get; set; }

    /// <summary>Where the tool that has to be called is named.</summary>
    public RequestField? ChosenField { get; set; }

    /// <summary>The only tools that may be called, as the client names them; <see langword="null"/> for all.</summary>
    public HashSet<(string Name, string? Namespace)>? Allowed { get; set; }

    /// <summary>What the request says of the choice: what is named where it is refused.</summary>
    public RequestField? ChoiceField { get; set; }

    /// <summary>Whether several calls may come at once; <see langword="null"/> where nothing is said.</summary>
    public bool? IsParallel { get; set; }

    /// <summary>Where the latter stands, without indexes.</summary>
    public string ParallelPlace { get; set; } = "parallel_tool_calls";

    /// <summary>What the request calls its list of tools: what is named where there are too many.</summary>
    public RequestField? Field { get; set; }

    /// <summary>Whether the model is made to call a tool.</summary>
    public bool IsForced => Mode is ToolMode.Any or ToolMode.One && Tools.Count > 0;

    /// <summary>Whether a tool may be called: it is named, with its namespace or without, or its whole namespace is.</summary>
    public bool Allows(Tool tool) => Allowed is not { } allowed
        || allowed.Contains((tool.Name, null)) || allowed.Contains((tool.Name, tool.Namespace)) || (tool.Namespace is { } space && allowed.Contains((space, null)));
}
