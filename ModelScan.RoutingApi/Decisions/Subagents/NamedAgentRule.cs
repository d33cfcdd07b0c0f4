using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>The client names its agent.</summary>
internal sealed class NamedAgentRule(IEnumerable<AgentMappingConfig> agents) : IAgentRule
{
    private readonly FrozenDictionary<string, AgentMappingConfig> _agents = agents.ToFrozenDictionary(agent => agent.Agent, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request)
    {
        foreach (var name in request.Signals.Names)
        {
            if (_agents.TryGetValue(name, out var agent))
                return new AgentMatch(agent.Agent, agent.Target, $"the client names the agent {agent.Agent}");
        }

        return null;
    }
}
