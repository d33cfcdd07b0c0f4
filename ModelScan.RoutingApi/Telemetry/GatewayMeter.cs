namespace ModelScan.RoutingApi.Telemetry;

/// <summary>The meter under which the gateway reports everything that it measures.</summary>
public static class GatewayMeter
{
    /// <summary>Name of the meter, for exporters and listeners.</summary>
    public const string Name = "ModelScan.RoutingApi";
}
