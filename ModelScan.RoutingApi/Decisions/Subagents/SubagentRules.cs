using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// The rules of <c>subagents</c>, of which the first that fires says who answers:
/// <list type="number">
/// <item>the client names its agent, or the class of its request;</item>
/// <item>an agent's definition stands in the prompt;</item>
/// <item>it is the request of any subagent;</item>
/// <item>what the request itself is like, in the order of the file.</item>
/// </list>
/// Immutable.
/// </summary>
public sealed class SubagentRules
{
    /// <summary>What decisions by these rules say that they were decided by.</summary>
    public const string Name = "subagents";

    private readonly IAgentRule[] _rules;

    /// <summary>Compiles a configuration's rules.</summary>
    /// <param name="config">The rules.</param>
    /// <param name="folders">The definitions of agents.</param>
    public SubagentRules(SubagentsConfig config, AgentFolders folders)
    {
        _rules =
        [
            .. config.Agents.Count > 0 ? [new NamedAgentRule(config.Agents)] : Array.Empty<IAgentRule>(),
            .. config.Rules.Where(rule => rule.When is AgentCondition.Workflow or AgentCondition.Compaction or AgentCondition.Auxiliary).Select(Make),
            .. config.Agents.Count > 0 ? [new DefinedAgentRule(config.Agents, folders)] : Array.Empty<IAgentRule>(),
            .. config.Rules.Where(rule => rule.When is AgentCondition.Subagent).Select(Make),
            .. config.Rules.Where(rule => rule.When > AgentCondition.Auxiliary).Select(Make),
        ];
    }

    /// <summary>The first rule that fires; <see langword="null"/> where none does.</summary>
    public AgentMatch? Match(AgentRequest request)
    {
        foreach (var rule in _rules)
        {
            if (rule.Match(request) is { } match)
                return match;
        }

        return null;
    }

    private static IAgentRule Make(AgentRuleConfig rule) => rule.When switch
    {
        AgentCondition.Background => new BackgroundRule(rule),
        AgentCondition.Thinking => new ThinkingRule(rule),
        AgentCondition.LongContext => new LongContextRule(rule),
        AgentCondition.WebSearch => new WebSearchRule(rule),
        AgentCondition.Images => new ImageRule(rule),
        _ => new RequestClassRule(rule),
    };
}
