namespace ModelScan.RoutingApi.Configuration;

/// <summary>
/// What a person says that a model can take (<c>model_providers[].capabilities</c>), over what the catalogue knows; <see langword="null"/>
/// and empty lists for what is not said.
/// </summary>
public sealed record ModelCapabilitiesConfig
{
    /// <summary>What a prompt or an answer may be made of.</summary>
    public static IReadOnlyList<string> Modalities { get; } = ["text", "image", "pdf", "audio", "video"];

    /// <summary>Efforts from none to most.</summary>
    public static IReadOnlyList<string> Efforts { get; } = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>Formats in which a model can be served.</summary>
    public static IReadOnlyList<string> KnownFormats { get; } = ["chat", "messages", "responses", "converse"];

    /// <summary>The model that it is, or takes after, where its name does not tell (<c>like</c>): <c>openai/gpt-4o</c> for a deployment called <c>chat-prod</c>.</summary>
    public string? Like { get; init; }

    /// <summary>Tokens of the whole window (<c>context</c>).</summary>
    public int? Context { get; init; }

    /// <summary>Most tokens of the prompt (<c>input</c>).</summary>
    public int? Input { get; init; }

    /// <summary>Most tokens of the answer (<c>output</c>).</summary>
    public int? Output { get; init; }

    /// <summary>The field of Chat Completions that bounds the answer (<c>output_field</c>): <c>max_tokens</c> or <c>max_completion_tokens</c>.</summary>
    public string? OutputField { get; init; }

    /// <summary>What a prompt may be made of (<c>in</c>).</summary>
    public IReadOnlyList<string> In { get; init; } = [];

    /// <summary>What an answer may be made of (<c>out</c>).</summary>
    public IReadOnlyList<string> Out { get; init; } = [];

    /// <summary>Whether it calls tools (<c>tools</c>).</summary>
    public bool? Tools { get; init; }

    /// <summary>Whether several in one turn can be allowed or not (<c>parallel_tools</c>).</summary>
    public bool? ParallelTools { get; init; }

    /// <summary>Most tools in one request (<c>max_tools</c>).</summary>
    public int? MaxTools { get; init; }

    /// <summary>Whether sampling parameters are taken (<c>sampling</c>).</summary>
    public bool? Sampling { get; init; }

    /// <summary>Whether the role <c>developer</c> is known (<c>developer_role</c>).</summary>
    public bool? DeveloperRole { get; init; }

    /// <summary>Whether there may be one system message, at the very start (<c>one_system_message</c>).</summary>
    public bool? OneSystemMessage { get; init; }

    /// <summary><c>schema</c>, <c>json</c> or <c>none</c> (<c>structured_output</c>).</summary>
    public string? StructuredOutput { get; init; }

    /// <summary>The formats in which the provider serves it, the best first (<c>formats</c>).</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Fields of Chat Completions that it refuses (<c>refused_fields</c>).</summary>
    public IReadOnlyList<string> RefusedFields { get; init; } = [];

    /// <summary>Whether and how it thinks (<c>reasoning</c>).</summary>
    public ModelReasoningConfig? Reasoning { get; init; }
}

/// <summary>How a model can be told to think (<c>capabilities.reasoning</c>).</summary>
public sealed record ModelReasoningConfig
{
    /// <summary><see langword="false"/> for a model that does not think (<c>reasoning: false</c>).</summary>
    public bool? IsThere { get; init; }

    /// <summary>Efforts that it knows (<c>efforts</c>).</summary>
    public IReadOnlyList<string> Efforts { get; init; } = [];

    /// <summary>Least tokens to think with (<c>min_budget</c>).</summary>
    public int? MinBudget { get; init; }

    /// <summary>Most tokens to think with (<c>max_budget</c>).</summary>
    public int? MaxBudget { get; init; }

    /// <summary>Whether it thinks as long as it sees fit (<c>adaptive</c>).</summary>
    public bool? Adaptive { get; init; }

    /// <summary>Whether it can be told not to (<c>can_be_off</c>).</summary>
    public bool? CanBeOff { get; init; }

    /// <summary>The field in which thoughts have to come back beside tool calls (<c>return_field</c>).</summary>
    public string? ReturnField { get; init; }
}
