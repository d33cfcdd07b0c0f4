using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations.Reading;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>The model is to think: an effort or a budget stands in the request.</summary>
internal sealed class ThinkingRule(AgentRuleConfig rule) : IAgentRule
{
    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request) => RequestTraits.Read(request.Format, request.Body).Effort is Efforts.Unset or Efforts.None or Efforts.Minimal
        ? null
        : new AgentMatch("thinking", rule.Target, "the model is to think");
}
