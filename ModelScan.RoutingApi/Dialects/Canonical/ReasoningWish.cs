namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>How a client wants the model to think.</summary>
internal sealed record ReasoningWish
{
    /// <summary>Nothing is said.</summary>
    public static ReasoningWish None { get; } = new();

    /// <summary>How much: <c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c>, <c>xhigh</c>, <c>max</c>; <see langword="null"/> where nothing is said.</summary>
    public string? Effort { get; init; }

    /// <summary>Where the effort stands, without indexes.</summary>
    public string EffortPlace { get; init; } = "";

    /// <summary>How many tokens to think with.</summary>
    public int? Budget { get; init; }

    /// <summary>Whether the model is to think, as long as it sees fit where neither an effort nor a budget is given.</summary>
    public bool Thinks { get; init; }

    /// <summary>Whether that is only inferred, from the wish to see summaries.</summary>
    public bool IsImplied { get; init; }

    /// <summary>How much of the thoughts is to be shown, in Anthropic's words.</summary>
    public RequestField? Display { get; init; }

    /// <summary>Whether it is to answer without thinking.</summary>
    public bool IsOff { get; init; }

    /// <summary>Where that stands, without indexes.</summary>
    public string Place { get; init; } = "";

    /// <summary>Whether the client wants thoughts in words.</summary>
    public bool Shows { get; init; }

    /// <summary>Whether the client wants summaries of the thoughts (Responses).</summary>
    public bool Summarizes { get; init; }

    /// <summary>Whether anything is wanted beyond what the model does anyway.</summary>
    public bool IsAsked => Thinks || (Effort is not null && Effort != "none");
}
