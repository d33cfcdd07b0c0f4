using System.IO.Enumeration;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>A small model was asked for: clients do so for titles and other work that nobody waits for.</summary>
internal sealed class BackgroundRule(AgentRuleConfig rule) : IAgentRule
{
    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request)
    {
        if (request.Model is not { } model)
            return null;
        foreach (var pattern in rule.SmallModels)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: true))
                return new AgentMatch("background", rule.Target, $"a small model was asked for ({pattern})");
        }

        return null;
    }
}
