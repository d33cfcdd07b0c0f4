using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>Which session a request belongs to.</summary>
/// <param name="SessionId">What answers name as <c>session_id</c>: the client's id, or <c>implicit:</c> and 16 hex digits.</param>
/// <param name="StoreKey">The key in a store: the id, with the tenant before it where tenants are told apart, and the client's key before that.</param>
/// <param name="IsExplicit">Whether the client named the session itself.</param>
/// <param name="PrefixHash">
/// Hash of the prompt's prefix, 16 hex digits; <see langword="null"/> when unknown (no user message, or
/// <c>x-plano-cache: off</c>), which never counts as drift.
/// </param>
public sealed record SessionKey(string SessionId, string StoreKey, bool IsExplicit, string? PrefixHash)
{
    /// <summary>
    /// Finds the session of a request. An explicit id always wins; its surrounding blanks do not count, and one that is
    /// longer than 256 characters is replaced by its SHA-256 (as are over-long tenants), so that ids are bounded and none
    /// is refused. An implicit one exists only where <paramref name="implicitWanted"/>, and never with
    /// <c>x-plano-cache: off</c> or without a user's text.
    /// </summary>
    /// <param name="facts">The request.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="tenantsApart">Whether a tenant header is configured.</param>
    /// <param name="implicitWanted">Whether something needs a session that the client did not name; see <see cref="WantsImplicit"/>.</param>
    /// <returns>The session, or <see langword="null"/> for none.</returns>
    public static SessionKey? Resolve(RequestFacts facts, in SessionHeaders headers, bool tenantsApart, bool implicitWanted)
    {
        var explicitId = headers.Affinity?.Trim();
        var cacheOff = headers.CacheOff;
        if (string.IsNullOrEmpty(explicitId) && (cacheOff || !implicitWanted))
            return null;

        var tenant = tenantsApart && headers.Tenant is { Length: > 0 } name ? BoundedName.Of(name) : null;

        // Where clients have keys, nobody names a session of another's, whichever tenant he says he is.
        var owner = headers.Key is { Length: > 0 } gatewayKey ? $"%{gatewayKey}:" : "";
        var scope = owner.Length == 0 ? tenant : owner + tenant;
        tenantsApart |= headers.Key is not null;
        if (!string.IsNullOrEmpty(explicitId))
        {
            var id = BoundedName.Of(explicitId);
            return new SessionKey(id, owner + StoreKeyOf(tenantsApart, tenant, id), true, cacheOff ? null : ConversationFingerprint.PrefixOf(facts, scope));
        }

        if (ConversationFingerprint.Of(facts, scope) is not { ConversationHash: { } hash } found)
            return null;
        var implicitId = "implicit:" + hash;
        return new SessionKey(implicitId, owner + StoreKeyOf(tenantsApart, tenant, implicitId), false, found.PrefixHash);
    }

    /// <summary>
    /// Whether requests without an affinity header get a session: for the provider's prompt cache, for a budget, or so that
    /// an agent's loop keeps its model (which needs routes to choose from).
    /// </summary>
    public static bool WantsImplicit(SessionConfig sessions, PromptCachingConfig promptCaching, SwitchBudgetConfig? budget, bool hasRoutes)
        => promptCaching.SessionAffinity || budget is not null || (sessions.RouteOnUserOnly && hasRoutes);

    // "<tenant>:<session>"; with a key "%<key>:" before it, which no tenant begins with. A colon in the tenant is escaped, and where tenants are told apart a request without one belongs
    // to the empty tenant: otherwise tenant "a" with session "b:c", tenant "a:b" with session "c" and no tenant with session
    // "a:b:c" would be one session, and one tenant could name another's.
    private static string StoreKeyOf(bool tenantsApart, string? tenant, string id)
    {
        if (!tenantsApart)
            return id;
        if (tenant is null)
            return ":" + id;
        if (tenant.AsSpan().IndexOfAny(':', '%') >= 0)
            tenant = tenant.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);
        return string.Concat(tenant, ":", id);
    }
}
