namespace ModelScan.RoutingApi.Configuration;

/// <summary>By which names the gateway may be called.</summary>
public sealed record BrowserAccessConfig
{
    /// <summary>
    /// Host names (<c>routing.allowed_hosts</c>), with <c>*.</c> before one for those below it. Empty: on a loopback address only names that
    /// nobody outside can point there, elsewhere any.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
