namespace ModelScan.RoutingApi.Endpoints.Reference;

/// <summary>What there is to know about one operation of the HTTP surface.</summary>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Path">Its path, as it is mapped.</param>
/// <param name="Tag">The group that it belongs to.</param>
/// <param name="Summary">What it does, in a line.</param>
internal sealed record ApiOperation(string Method, string Path, string Tag, string Summary)
{
    /// <summary>More, for whoever wants to call it.</summary>
    public string? Description { get; init; }

    /// <summary>A request's body; <see langword="null"/> where there is none.</summary>
    public string? Request { get; init; }

    /// <summary>An answer's body, or <see langword="null"/> where it is not JSON or belongs to somebody else's API.</summary>
    public string? Answer { get; init; }

    /// <summary>Media type of the answer.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>Query parameters and headers: where (<c>query</c>, <c>header</c>), name, and what they do.</summary>
    public IReadOnlyList<(string In, string Name, string Description)> Parameters { get; init; } = [];
}
