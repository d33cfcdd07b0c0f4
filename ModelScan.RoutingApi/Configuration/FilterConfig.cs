namespace ModelScan.RoutingApi.Configuration;

/// <summary>What a filter speaks (<c>filters[].type</c>).</summary>
public enum FilterKind
{
    /// <summary>The Model Context Protocol over streamable HTTP: a tool that is called.</summary>
    [ConfigName("mcp")]
    Mcp,

    /// <summary>A body in, a body out.</summary>
    [ConfigName("http")]
    Http,
}

/// <summary>A program of the operator's that requests or answers go through (<c>filters</c>).</summary>
/// <param name="Id">Its name.</param>
/// <param name="Url">Its address.</param>
/// <param name="Kind">What it speaks.</param>
public sealed record FilterConfig(string Id, Uri Url, FilterKind Kind)
{
    /// <summary>Of <see cref="FilterKind.Mcp"/>: the tool (<c>tool</c>); <see langword="null"/> for the one that is called like the filter.</summary>
    public string? Tool { get; init; }

    /// <summary>How long it may take for one body or one piece of an answer (<c>timeout</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest body in bytes that is sent to it or taken from it (<c>max_size</c>).</summary>
    public long MaxSize { get; init; } = 16L << 20;

    /// <summary>
    /// What follows where it fails (<c>on_error</c>); <see langword="null"/> for what Plano does: requests are refused, answers pass as they are.
    /// </summary>
    public OnGuardError? OnError { get; init; }

    /// <summary>How it sees streamed answers (<c>stream</c>): event by event as they come, whole, or not at all.</summary>
    public StreamGuarding Stream { get; init; }
}
