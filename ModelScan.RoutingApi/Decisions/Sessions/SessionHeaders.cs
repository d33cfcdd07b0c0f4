namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>What of a request's headers concerns sessions, as it arrived; <see langword="null"/> where it is absent.</summary>
/// <param name="Affinity"><c>x-model-affinity</c>: the session the client says it is in.</param>
/// <param name="Tenant">The value of the header named by <c>session_cache.tenant_header</c>.</param>
/// <param name="Cache"><c>x-plano-cache</c>: <c>off</c> in any case turns implicit sessions off.</param>
/// <param name="MaxSwitchSpendPct"><c>x-plano-max-switch-spend-pct</c>: the budget for this request, in percent.</param>
/// <param name="Key">The id of the gateway's key that the client has; empty where it has none, <see langword="null"/> where there are no keys.</param>
public readonly record struct SessionHeaders(string? Affinity = null, string? Tenant = null, string? Cache = null, string? MaxSwitchSpendPct = null, string? Key = null)
{
    /// <summary>Name of the header behind <see cref="Affinity"/>.</summary>
    public const string AffinityName = "x-model-affinity";

    /// <summary>Name of the header behind <see cref="Cache"/>.</summary>
    public const string CacheName = "x-plano-cache";

    /// <summary>Name of the header behind <see cref="MaxSwitchSpendPct"/>.</summary>
    public const string MaxSwitchSpendPctName = "x-plano-max-switch-spend-pct";

    /// <summary>Name of the header that carries <see cref="SessionKey.PrefixHash"/> to the provider.</summary>
    public const string PrefixHashName = "x-plano-prefix-hash";

    /// <summary>Whether the client asked for nothing that depends on prompt caches.</summary>
    public bool CacheOff => Cache is not null && Cache.AsSpan().Trim().Equals("off", StringComparison.OrdinalIgnoreCase);
}
