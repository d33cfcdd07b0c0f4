namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>routing.allowed_hosts</c>.</summary>
internal static class BrowserAccessReader
{
    public static BrowserAccessConfig Read(ConfigMap routing)
    {
        string[] hosts = [.. routing.Texts("allowed_hosts").Select(host => host.Trim().ToLowerInvariant())];
        foreach (var host in hosts)
        {
            if (Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown)
                routing.Error("allowed_hosts", $"'{host}' is no name of a host; without a port, and with *. before it for all below it");
        }

        return new BrowserAccessConfig { Hosts = hosts };
    }
}
