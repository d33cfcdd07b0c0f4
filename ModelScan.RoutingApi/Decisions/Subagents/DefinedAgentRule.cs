using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// An agent's definition stands in the prompt; of several the longest. Where the client gives its agents ids, one that has been recognised
/// stays what it is, whatever becomes of its prompt.
/// </summary>
internal sealed class DefinedAgentRule(IEnumerable<AgentMappingConfig> agents, AgentFolders folders) : IAgentRule
{
    private const int MostRemembered = 4096;

    private readonly FrozenDictionary<string, AgentMappingConfig> _agents = agents.ToFrozenDictionary(agent => agent.Agent, StringComparer.OrdinalIgnoreCase);
    private readonly BoundedCache<string, AgentMatch> _recognised = new(MostRemembered);

    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request)
    {
        var id = request.Signals.Agent;
        if (id is not null && _recognised.TryGet(id, out var known))
            return known! with { Reason = $"the agent {known.Name} was recognised before in this conversation" };
        AgentDefinition? found = null;
        foreach (var definition in folders.Definitions)
        {
            if (_agents.ContainsKey(definition.Name) && !(found?.Prompt.Length >= definition.Prompt.Length) && definition.IsIn(request))
                found = definition;
        }

        if (found is null)
            return null;
        var agent = _agents[found.Name];
        var match = new AgentMatch(agent.Agent, agent.Target, $"the definition of {agent.Agent} ({Path.GetFileName(found.Path)}) stands in the prompt");
        if (id is not null)
            _recognised.Add(id, match);
        return match;
    }
}
