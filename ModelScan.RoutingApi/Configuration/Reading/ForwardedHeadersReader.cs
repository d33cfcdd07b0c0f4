using System.Buffers;
using ModelScan.RoutingApi.Providers.Headers;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>routing.headers</c>.</summary>
internal static class ForwardedHeadersReader
{
    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static ForwardedHeadersConfig Read(ConfigMap routing)
    {
        if (routing.Map("headers") is not { } map)
            return new ForwardedHeadersConfig();
        var config = new ForwardedHeadersConfig
        {
            ToProvider = Names(map, "to_provider", NeverForwarded.WhyNotToProvider),
            ToClient = Names(map, "to_client", NeverForwarded.WhyNotToClient),
        };
        map.RefuseOtherKeys();
        return config;
    }

    private static string[] Names(ConfigMap map, string key, Func<string, string?> whyNot)
    {
        string[] names = [.. map.Texts(key).Select(name => name.Trim().ToLowerInvariant())];
        foreach (var name in names)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token) || name.AsSpan(0, name.Length - 1).Contains('*'))
                map.Error(key, $"'{name}' is no name of a header; * may stand at its end");
            else if (whyNot(name) is { } reason)
                map.Error(key, $"'{name}' {reason}");
        }

        return names;
    }
}
