using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>There are images in the request, in what a tool returned as well.</summary>
internal sealed class ImageRule(AgentRuleConfig rule) : IAgentRule
{
    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request) => Fitness.HasImages(request.Format, request.Body)
        ? new AgentMatch("images", rule.Target, "there are images in it")
        : null;
}
