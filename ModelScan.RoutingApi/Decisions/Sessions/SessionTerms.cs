using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>The rules that one request's session is under.</summary>
/// <param name="Ttl">
/// How long an idle session lives (<c>session_ttl_seconds</c>). This is how long a held or replayed model stays, too: a
/// session that was idle for 400 s keeps its model under a TTL of 600 s, although the provider's cache is cold by then.
/// </param>
/// <param name="Budget">The budget, if any.</param>
/// <param name="HoldsAnchor">Whether a live session without a budget stays with its model; see <see cref="Of"/>.</param>
/// <param name="ReplaysLoops">Whether steps of an agent's loop repeat the last decision.</param>
public sealed record SessionTerms(TimeSpan Ttl, SwitchBudgetConfig? Budget, bool HoldsAnchor, bool ReplaysLoops)
{
    /// <summary>How long the provider's prompt cache is taken to be warm, which is what the budget reckons with.</summary>
    public TimeSpan WarmWindow { get; init; } = PromptCacheWarmth.DefaultWindow;

    /// <summary>How long the session may be idle before it starts anew: a budget is about a warm cache, all else about the session's life.</summary>
    public TimeSpan Window => Budget is null || WarmWindow > Ttl ? Ttl : WarmWindow;

    /// <summary>
    /// The rules for a session.
    /// <list type="bullet">
    /// <item>With a budget, the router is followed as far as the budget goes, for explicit and implicit sessions alike.</item>
    /// <item>Without one, an explicit session holds its model: that is what a client asks for that sends <c>x-model-affinity</c>.</item>
    /// <item>An implicit one that prompt caching asked for holds it, too: its purpose is that the provider's cache stays useful.</item>
    /// <item>An implicit one that exists for <c>route_on_user_only</c> alone follows the router at every turn of the user.</item>
    /// </list>
    /// </summary>
    public static SessionTerms Of(SessionKey key, SessionConfig sessions, PromptCachingConfig promptCaching, SwitchBudgetConfig? budget) => new(
        AtLeastOneSecond(key.IsExplicit ? sessions.Ttl : promptCaching.SessionTtl ?? sessions.Ttl),
        budget,
        budget is null && (key.IsExplicit || promptCaching.SessionAffinity),
        sessions.RouteOnUserOnly);

    private static TimeSpan AtLeastOneSecond(TimeSpan ttl) => ttl < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : ttl;
}
