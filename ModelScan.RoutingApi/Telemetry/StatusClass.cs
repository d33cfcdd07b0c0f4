namespace ModelScan.RoutingApi.Telemetry;

/// <summary>How Plano's metrics name an HTTP status.</summary>
internal static class StatusClass
{
    /// <summary><c>2xx</c> to <c>5xx</c>; <c>none</c> where there was no answer.</summary>
    public static string Of(int status) => status switch
    {
        >= 500 => "5xx",
        >= 400 => "4xx",
        >= 300 => "3xx",
        >= 200 => "2xx",
        _ => "none",
    };
}
