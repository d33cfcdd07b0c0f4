namespace ModelScan.RoutingApi.Configuration;

/// <summary>Which of several keys of a provider a request gets (<c>model_providers[].key_selection</c>).</summary>
public enum KeySelection
{
    /// <summary>One after the other.</summary>
    [ConfigName("round_robin")]
    RoundRobin,

    /// <summary>The one with the fewest requests under way.</summary>
    [ConfigName("least_loaded")]
    LeastLoaded,
}
