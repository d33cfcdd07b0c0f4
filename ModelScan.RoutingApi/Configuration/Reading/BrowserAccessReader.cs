namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>routing.allowed_origins</c> and <c>routing.allowed_hosts</c>.</summary>
internal static class BrowserAccessReader
{
    public static BrowserAccessConfig Read(ConfigMap routing)
    {
        string[] origins = [.. routing.Texts("allowed_origins").Select(origin => origin.Trim().TrimEnd('/').ToLowerInvariant())];
        foreach (var origin in origins)
        {
            if (origin is not ("*" or "null") && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.PathAndQuery is not ("" or "/") || uri.UserInfo.Length > 0))
                routing.Error("allowed_origins", $"'{origin}' is no origin, such as https://app.example.com");
        }

        string[] hosts = [.. routing.Texts("allowed_hosts").Select(host => host.Trim().ToLowerInvariant())];
        foreach (var host in hosts)
        {
            if (Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown)
                routing.Error("allowed_hosts", $"'{host}' is no name of a host; without a port, and with *. before it for all below it");
        }

        return new BrowserAccessConfig { Origins = origins, Hosts = hosts };
    }
}
