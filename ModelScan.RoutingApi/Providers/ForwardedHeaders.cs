using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Which headers pass between client and provider: all of them, save what belongs to one connection (RFC 9110, 7.6.1), what the
/// gateway sets itself, credentials, and what proxies in front noted about the client.
/// </summary>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> HopByHop = Set(
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private static readonly FrozenSet<string> NotToProvider = Set(
        "host", "content-length", "expect", "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "traceparent", "tracestate", "baggage",
        "forwarded", "via", "x-real-ip");

    private static readonly FrozenSet<string> ForRouters = Set("x-model-affinity", "x-plano-cache", "x-plano-max-switch-spend-pct", "x-plano-prefix-hash");

    // What another gateway decided is worth knowing; the rest of what it says of itself is said by this one.
    private static readonly FrozenSet<string> OfDecisions = Set("x-modelscan-route", "x-modelscan-model", "x-modelscan-decided-by");

    // What these say about the provider's host would be taken as said about the gateway's.
    private static readonly FrozenSet<string> NotToClient = Set("alt-svc", "strict-transport-security");

    private static readonly FrozenSet<string> OfContent = Set("content-type", "content-length", "content-encoding", "cache-control", "etag", "last-modified");

    /// <summary>Copies a client's headers.</summary>
    /// <param name="client">From.</param>
    /// <param name="request">To.</param>
    /// <param name="sameFormat">Whether the answer goes back byte for byte, so that the client may say in which encoding it comes.</param>
    /// <param name="toGateway">Whether the provider is a gateway, which also gets what clients say to routers.</param>
    public static void CopyToProvider(IHeaderDictionary client, HttpRequestMessage request, bool sameFormat, bool toGateway)
    {
        var connection = client.Connection;
        foreach (var (name, value) in client)
        {
            if (HopByHop.Contains(name) || NotToProvider.Contains(name) || IsNamedBy(connection, name))
                continue;
            if (!(toGateway && IsForPlano(name)) && (ForRouters.Contains(name) || IsGatewayName(name)))
                continue;
            if (!sameFormat && IsOfFormat(name))
                continue;
            if (!Add(request.Headers, name, value) && request.Content is { } content && !content.Headers.Contains(name))
                Add(content.Headers, name, value);
        }
    }

    /// <summary>Copies a provider's headers.</summary>
    /// <param name="response">From.</param>
    /// <param name="client">To; what is there already stays.</param>
    /// <param name="sameFormat">Whether the body follows byte for byte; a translated one has headers of its own.</param>
    /// <param name="fromGateway">Whether the provider is a gateway, which also says what it decided.</param>
    public static void CopyToClient(HttpResponseMessage response, IHeaderDictionary client, bool sameFormat, bool fromGateway = false)
    {
        Copy(response.Headers.NonValidated);
        Copy(response.Content.Headers.NonValidated);

        void Copy(System.Net.Http.Headers.HttpHeadersNonValidated headers)
        {
            foreach (var (name, values) in headers)
            {
                if (HopByHop.Contains(name) || NotToClient.Contains(name) || (!sameFormat && OfContent.Contains(name)))
                    continue;
                if (IsGatewayName(name) && !(fromGateway && (IsForPlano(name) || OfDecisions.Contains(name))))
                    continue;
                client[name] = values.Count == 1 ? values.ToString() : new StringValues([.. values]);
            }
        }
    }

    private static bool Add(System.Net.Http.Headers.HttpHeaders headers, string name, StringValues value) =>
        value.Count == 1 ? headers.TryAddWithoutValidation(name, value.ToString()) : headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);

    private static bool IsGatewayName(string name) =>
        name.StartsWith("x-modelscan-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-arch-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase);

    private static bool IsForPlano(string name) => name.StartsWith("x-arch-", StringComparison.OrdinalIgnoreCase) || ForRouters.Contains(name);

    // What a client says about its own format, and in which form it wants an answer that it will get in another.
    private static bool IsOfFormat(string name) =>
        name.StartsWith("accept", StringComparison.OrdinalIgnoreCase) || name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("openai-", StringComparison.OrdinalIgnoreCase);

    private static bool IsNamedBy(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            if (value is null || value.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || value.Equals("close", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
