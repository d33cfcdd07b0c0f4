using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>The client says which class of request it is: a subagent's, a workflow's, a compaction, something that nobody waits for.</summary>
internal sealed class RequestClassRule(AgentRuleConfig rule) : IAgentRule
{
    private readonly string _class = AgentRuleConfig.NameOf(rule.When);

    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request) =>
        request.Signals.Class == _class ? new AgentMatch(_class, rule.Target, $"the client says that it is of class {_class}") : null;
}
