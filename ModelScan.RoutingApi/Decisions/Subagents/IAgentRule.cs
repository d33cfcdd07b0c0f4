using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>Knows whether it is to say who answers a request. Thread-safe.</summary>
internal interface IAgentRule
{
    /// <summary>Whether it fires; <see langword="null"/> where it does not.</summary>
    AgentMatch? Match(AgentRequest request);
}

/// <summary>A rule that has fired.</summary>
/// <param name="Name">The agent, or what the rule is about.</param>
/// <param name="Target">Who answers.</param>
/// <param name="Reason">Why it fired, for people.</param>
public sealed record AgentMatch(string Name, AgentTargetConfig Target, string Reason);
