using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>The request is long.</summary>
internal sealed class LongContextRule(AgentRuleConfig rule) : IAgentRule
{
    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request) => request.Tokens <= rule.AboveTokens
        ? null
        : new AgentMatch("long_context", rule.Target, $"about {request.Tokens} tokens, more than {rule.AboveTokens}");
}
