using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>Headers that no list lets pass, a configuration's own neither.</summary>
internal static class NeverForwarded
{
    // RFC 9110, 7.6.1, and what is said between two ends of one connection.
    private static readonly FrozenSet<string> OfConnection = Set(
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length",
        "content-encoding", "expect", "http2-settings");

    private static readonly FrozenSet<string> Credentials = Set("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "cookie2");

    private static readonly FrozenSet<string> OfTrace = Set("traceparent", "tracestate");

    /// <summary>Why a configuration cannot let a client's header of this name (perhaps with <c>*</c>) pass; <see langword="null"/> where it can.</summary>
    public static string? WhyNotToProvider(string name) =>
        WhyNot(name) ?? (Any(Credentials, name) ? "is a credential: passthrough_auth hands the client's own to a provider, headers of a provider adds one of yours" : null)
        ?? (Any(OfTrace, name) ? "is the gateway's own: a provider is told the span of its attempt" : null);

    /// <summary>The same for a provider's header.</summary>
    public static string? WhyNotToClient(string name) => WhyNot(name);

    private static string? WhyNot(string name) =>
        name is "*" or "x-*" ? "names every header"
        : Any(OfConnection, name) ? "belongs to one connection"
        : name.StartsWith("x-modelscan-", StringComparison.OrdinalIgnoreCase) ? "is the gateway's own"
        : null;

    private static bool Any(FrozenSet<string> names, string name) =>
        name.EndsWith('*') ? names.Any(other => other.StartsWith(name.AsSpan(0, name.Length - 1), StringComparison.OrdinalIgnoreCase)) : names.Contains(name);

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
