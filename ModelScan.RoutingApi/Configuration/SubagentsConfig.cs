namespace ModelScan.RoutingApi.Configuration;

/// <summary>Which models answer the agents of coding clients, and the kinds of requests that they make (<c>subagents</c>).</summary>
/// <param name="Agents">Agents by name, and who answers them (<c>mappings</c>).</param>
/// <param name="Rules">Rules for everything else, in file order (<c>rules</c>).</param>
/// <param name="Folders">Where definitions of agents lie, the first counting most (<c>folders</c>).</param>
public sealed record SubagentsConfig(IReadOnlyList<AgentMappingConfig> Agents, IReadOnlyList<AgentRuleConfig> Rules, IReadOnlyList<string> Folders);

/// <summary>Who answers an agent.</summary>
/// <param name="Agent">The agent's name, as its definition or its client gives it.</param>
/// <param name="Target">Who answers.</param>
public sealed record AgentMappingConfig(string Agent, AgentTargetConfig Target);

/// <summary>Who answers where a rule fires: a model, by any of its names, or the models of a route.</summary>
/// <param name="Model">The model; <see langword="null"/> for a route.</param>
/// <param name="Route">The route; <see langword="null"/> for a model.</param>
public readonly record struct AgentTargetConfig(string? Model, string? Route);

/// <summary>What a request has to be for a rule to fire (<c>when</c>).</summary>
public enum AgentCondition
{
    /// <summary>Made by any agent that another one started.</summary>
    Subagent,

    /// <summary>Part of a workflow, as its client says.</summary>
    Workflow,

    /// <summary>The summary of a conversation that has become too long, as its client says.</summary>
    Compaction,

    /// <summary>Something that nobody waits for, as its client says.</summary>
    Auxiliary,

    /// <summary>A small model was asked for: titles, summaries of tools' output.</summary>
    Background,

    /// <summary>The model is to think.</summary>
    Thinking,

    /// <summary>More tokens than <see cref="AgentRuleConfig.AboveTokens"/>.</summary>
    LongContext,

    /// <summary>The provider is to search the web.</summary>
    WebSearch,

    /// <summary>There are images in it.</summary>
    Images,
}

/// <summary>One rule.</summary>
/// <param name="When">What a request has to be.</param>
/// <param name="Target">Who answers then.</param>
public sealed record AgentRuleConfig(AgentCondition When, AgentTargetConfig Target)
{
    /// <summary>Estimated tokens from which a context is long (<c>above</c>).</summary>
    public int AboveTokens { get; init; } = 60_000;

    /// <summary>Which models are small, as patterns with <c>*</c> (<c>models</c>).</summary>
    public IReadOnlyList<string> SmallModels { get; init; } = DefaultSmallModels;

    /// <summary>What vendors call their small models.</summary>
    public static IReadOnlyList<string> DefaultSmallModels { get; } = ["*haiku*", "*-mini*", "*-nano*", "*-lite*", "*-small*"];

    /// <summary>A condition's name in configurations: <c>long_context</c>.</summary>
    public static string NameOf(AgentCondition condition) => condition switch
    {
        AgentCondition.LongContext => "long_context",
        AgentCondition.WebSearch => "web_search",
        _ => condition.ToString().ToLowerInvariant(),
    };

    /// <summary>Every condition's name.</summary>
    public static IReadOnlyList<string> Conditions { get; } = [.. Enum.GetValues<AgentCondition>().Select(NameOf)];
}
