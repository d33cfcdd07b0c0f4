using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// The hash of a prompt's beginning (<c>x-plano-prefix-hash</c>) for providers: a load balancer in front of several servers of one
/// model sends equal beginnings to the same server by it, where they are still cached.
/// </summary>
internal static class PromptPrefix
{
    /// <summary>The hash: 16 hex digits; <see langword="null"/> without a user message, and with <c>x-plano-cache: off</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="facts">What has been read of it.</param>
    /// <param name="key">Its session, if it belongs to one; then the hash is known.</param>
    public static string? HashOf(ClientRequest request, RequestFacts facts, SessionKey? key)
    {
        if (key?.PrefixHash is { } known)
            return known;
        if (IsCacheOff(request))
            return null;
        var tenantHeader = request.Snapshot.Config.Session.TenantHeader;
        string? tenant = tenantHeader is { Length: > 0 } ? request.Headers[tenantHeader] : default;
        return ConversationFingerprint.PrefixOf(facts, tenant is { Length: > 0 } ? BoundedName.Of(tenant) : null);
    }

    /// <summary>The hash of a request that nobody else needs to read; only where prompt caching is configured, for reading takes time.</summary>
    public static string? HashOfUnread(ClientRequest request)
    {
        var caching = request.Snapshot.Config.PromptCaching;
        if (!caching.SessionAffinity && !caching.InjectCacheControl)
            return null;
        try
        {
            return HashOf(request, RequestReader.Read(request.Format, request.Whole).Facts, null);
        }
        catch (InvalidRequestException)
        {
            // The provider will say what is wrong with it.
            return null;
        }
    }

    /// <summary>Whether the client asked for nothing that depends on prompt caches.</summary>
    public static bool IsCacheOff(ClientRequest request) => new SessionHeaders(Cache: request.Headers[SessionHeaders.CacheName]).CacheOff;
}
