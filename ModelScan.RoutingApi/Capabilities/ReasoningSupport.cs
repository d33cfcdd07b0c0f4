namespace ModelScan.RoutingApi.Capabilities;

/// <summary>Whether a model thinks before it answers, how it can be told to, and what becomes of its thoughts.</summary>
public sealed record ReasoningSupport
{
    /// <summary>Where most services write thoughts.</summary>
    public const string ContentField = "reasoning_content";

    /// <summary>Nothing can be asked for.</summary>
    public static ReasoningSupport None { get; } = new();

    /// <summary>Whether it thinks at all.</summary>
    public bool Thinks { get; init; }

    /// <summary>Efforts that may be asked for; <see cref="Efforts.Unset"/> where none may.</summary>
    public Efforts Efforts { get; init; }

    /// <summary>How many tokens it may be given to think with; <see langword="null"/> where a budget is refused.</summary>
    public TokenBudget? Budget { get; init; }

    /// <summary>Whether it thinks as long as it sees fit when told so (Anthropic's <c>thinking: {type: adaptive}</c>).</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Whether thinking has a switch of its own, apart from effort and budget.</summary>
    public bool HasSwitch { get; init; }

    /// <summary>Whether it thinks when nothing is said about it.</summary>
    public bool IsOnByDefault { get; init; }

    /// <summary>Whether it can be told not to think.</summary>
    public bool CanBeOff { get; init; } = true;

    /// <summary>How the Messages format says that it is not to think: <c>disabled</c>, or <c>between_tools</c> where that is all that can be had.</summary>
    public string OffType { get; init; } = "disabled";

    /// <summary>
    /// Field of an assistant's chat message in which thoughts have to come back beside tool calls: <c>reasoning_content</c>,
    /// <c>reasoning_details</c>; <see langword="null"/> where nothing has to.
    /// </summary>
    public string? ReturnField { get; init; }

    /// <summary>Whether a thought has to come back beside every tool call, also beside those that another model made without one.</summary>
    public bool RequiresThoughtOfCalls { get; init; }

    /// <summary>Whether anything can be asked for.</summary>
    public bool IsControlled => Efforts != Efforts.Unset || Budget is not null || IsAdaptive;
}

/// <summary>Tokens to think with, both bounds included.</summary>
/// <param name="Min">The least, 0 where unknown.</param>
/// <param name="Max">The most; <see langword="null"/> for no bound beside that of the answer.</param>
public readonly record struct TokenBudget(int Min, int? Max)
{
    /// <summary>The budget closest to the one that is wanted.</summary>
    public int Nearest(int wanted) => Math.Max(Min, Math.Min(wanted, Max ?? wanted));
}
