namespace ModelScan.RoutingApi.Configuration;

/// <summary>Where session bindings live (<c>routing.session_cache.type</c>).</summary>
public enum SessionStoreKind
{
    /// <summary>In this process.</summary>
    [ConfigName("memory")]
    Memory,

    /// <summary>In a Redis server shared by replicas.</summary>
    [ConfigName("redis")]
    Redis,
}

/// <summary>Session settings, from <c>routing.*</c>.</summary>
public sealed record SessionConfig
{
    /// <summary>How long an idle binding lives (<c>session_ttl_seconds</c>), at least 1 s.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Capacity of the memory store, 1..10000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>The store.</summary>
    public SessionStoreKind Store { get; init; }

    /// <summary>
    /// <c>redis://[user:password@]host[:port][/db]</c>, <c>rediss://</c> (TLS), or hosts and options as .NET clients write them, which is how a
    /// cluster or sentinels are named; set when <see cref="Store"/> is Redis. A secret.
    /// </summary>
    public string? RedisUrl { get; init; }

    /// <summary>Request header whose value separates tenants.</summary>
    public string? TenantHeader { get; init; }

    /// <summary>Whether only turns of a user are routed anew; steps of an agent's loop repeat the last decision.</summary>
    public bool RouteOnUserOnly { get; init; }

    /// <summary>The budget for switching models within a session, if any.</summary>
    public SwitchBudgetConfig? Budget { get; init; }
}

/// <summary>What a session may spend on switching models (<c>routing.routing_budget</c>).</summary>
/// <param name="MaxSwitchSpendPct">Ceiling as percent of the session's baseline, 0..100.</param>
/// <param name="ReplenishOnRebind">Whether a cold session starts from zero.</param>
/// <param name="CacheReadDiscount">Price of a cached input token as a fraction of an uncached one, 0..1, where no such price is published.</param>
/// <param name="RecordCounterfactual">Whether the route that a veto prevented is recorded.</param>
public sealed record SwitchBudgetConfig(double MaxSwitchSpendPct, bool ReplenishOnRebind = true, double CacheReadDiscount = 0.1, bool RecordCounterfactual = false);

/// <summary>Prompt caching (<c>prompt_caching</c>), with everything off unless it is enabled.</summary>
/// <param name="SessionAffinity">Whether requests get an implicit session from their prefix.</param>
/// <param name="InjectCacheControl">Whether cache markers are added for providers that need them.</param>
/// <param name="MinPrefixTokens">Estimated tokens from which markers are added.</param>
/// <param name="SessionTtl">Overrides <see cref="SessionConfig.Ttl"/> for implicit sessions.</param>
public sealed record PromptCachingConfig(bool SessionAffinity = false, bool InjectCacheControl = false, int MinPrefixTokens = 1024, TimeSpan? SessionTtl = null);
