using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>
/// Copies headers between client and provider: those on the lists (<see cref="HeaderLists"/>) and no others, and none that
/// <c>Connection</c> names (RFC 9110, 7.6.1). Another gateway is also told what routers are told, and says what it decided.
/// </summary>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> ForRouters = Set("x-model-affinity", "x-plano-cache", "x-plano-max-switch-spend-pct", "x-plano-prefix-hash");

    // What another gateway decided is worth knowing; the rest of what it says of itself is said by this one.
    private static readonly FrozenSet<string> OfDecisions = Set("x-modelscan-route", "x-modelscan-model", "x-modelscan-decided-by");

    /// <summary>Copies a client's headers.</summary>
    /// <param name="client">From.</param>
    /// <param name="request">To.</param>
    /// <param name="names">Which pass.</param>
    /// <param name="toGateway">Whether the provider is a gateway, which also gets what clients say to routers.</param>
    public static void CopyToProvider(IHeaderDictionary client, HttpRequestMessage request, HeaderNames names, bool toGateway)
    {
        var connection = client.Connection;
        foreach (var (name, value) in client)
        {
            if (!names.Contains(name) && !(toGateway && IsForRouter(name)) || IsNamedBy(connection, name))
                continue;
            if (!Add(request.Headers, name, value) && request.Content is { } content && !content.Headers.Contains(name))
                Add(content.Headers, name, value);
        }
    }

    /// <summary>Copies a provider's headers.</summary>
    /// <param name="response">From.</param>
    /// <param name="client">To; what is there already stays.</param>
    /// <param name="names">Which pass.</param>
    /// <param name="fromGateway">Whether the provider is a gateway, which also says what it decided.</param>
    public static void CopyToClient(HttpResponseMessage response, IHeaderDictionary client, HeaderNames names, bool fromGateway = false)
    {
        var connection = response.Headers.NonValidated.TryGetValues("Connection", out var named) ? new StringValues([.. named]) : default;
        Copy(response.Headers.NonValidated);
        Copy(response.Content.Headers.NonValidated);

        void Copy(HttpHeadersNonValidated headers)
        {
            foreach (var (name, values) in headers)
            {
                if (!names.Contains(name) && !(fromGateway && (IsForRouter(name) || OfDecisions.Contains(name))) || IsNamedBy(connection, name))
                    continue;

                // Said twice, it is once too often for the server that writes the answer.
                client[name] = values.Count == 1 ? values.ToString() : name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? values.First() : new StringValues([.. values]);
            }
        }
    }

    private static bool Add(HttpHeaders headers, string name, StringValues value) =>
        value.Count == 1 ? headers.TryAddWithoutValidation(name, value.ToString()) : headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);

    private static bool IsForRouter(string name) => name.StartsWith("x-arch-", StringComparison.OrdinalIgnoreCase) || ForRouters.Contains(name);

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
