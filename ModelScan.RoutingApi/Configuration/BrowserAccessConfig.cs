namespace ModelScan.RoutingApi.Configuration;

/// <summary>Which pages may use the gateway from a browser, and by which names it may be called.</summary>
public sealed record BrowserAccessConfig
{
    /// <summary>Origins besides the gateway's own (<c>routing.allowed_origins</c>): <c>https://app.example.com</c>; <c>*</c> for all.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>
    /// Host names (<c>routing.allowed_hosts</c>), with <c>*.</c> before one for those below it. Empty: on a loopback address only names that
    /// nobody outside can point there, elsewhere any.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
