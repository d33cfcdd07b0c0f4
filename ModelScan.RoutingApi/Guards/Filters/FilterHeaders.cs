using ModelScan.RoutingApi.Providers.Headers;

namespace ModelScan.RoutingApi.Guards.Filters;

/// <summary>Which of a client's headers a filter is told: none that opens anything, whatever it is called, and none that belongs to one connection.</summary>
internal static class FilterHeaders
{
    private static readonly string[] SecretWords = ["auth", "key", "token", "secret", "cookie", "credential", "password", "passwd", "signature", "session"];

    private static readonly string[] OfBodies = ["content-", "accept", "if-", "range"];

    /// <summary>Whether a header goes to filters.</summary>
    public static bool Passes(string name) =>
        NeverForwarded.WhyNotToProvider(name) is null
        && !SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !OfBodies.Any(head => name.StartsWith(head, StringComparison.OrdinalIgnoreCase));

    /// <summary>Copies those that pass.</summary>
    public static void Copy(IHeaderDictionary client, HttpRequestMessage request)
    {
        foreach (var (name, values) in client)
        {
            if (!name.StartsWith(':') && Passes(name))
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }
}
