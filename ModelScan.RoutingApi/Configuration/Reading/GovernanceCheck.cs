namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>What holds between the parts of <c>governance</c>.</summary>
internal static class GovernanceCheck
{
    /// <summary>Reports limits that keys name and that are not there.</summary>
    /// <param name="map">The mapping that has the keys.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="governance">The configuration.</param>
    public static void Limits(ConfigMap map, IReadOnlyList<GatewayKeyConfig> keys, GovernanceConfig governance)
    {
        foreach (var key in keys)
        {
            foreach (var limit in key.Limits.Where(limit => !governance.Limits.Any(known => known.Id == limit)))
                map.Error("keys", $"key '{key.Id}' names the limit '{limit}', which is not among governance.limits");
        }
    }
}
