namespace ModelScan.RoutingApi.Configuration;

/// <summary>Who may use the gateway, for what, and how much of it (<c>governance</c>).</summary>
public sealed record GovernanceConfig
{
    /// <summary>Nothing said: open to this machine, closed to others.</summary>
    public static GovernanceConfig Default { get; } = new();

    /// <summary>Who may ask without a key (<c>anonymous</c>); <see langword="null"/> where nobody said: this machine while there are no keys, nobody once there are.</summary>
    public AnonymousAccess? Anonymous { get; init; }

    /// <summary>What opens <c>/admin</c> (<c>admin_key</c>); <see langword="null"/> leaves it to clients of this machine. A secret.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Whether <c>/metrics</c> is as closed as <c>/admin</c> (<c>metrics: admin</c>).</summary>
    public bool ClosesMetrics { get; init; }

    /// <summary>The file that <c>modelscan key</c> and <c>/admin/keys</c> write (<c>keys_file</c>), a full path; <see langword="null"/> for none.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Limits and budgets: those of the configuration, then those of Plano's <c>ratelimits</c>.</summary>
    public IReadOnlyList<LimitConfig> Limits { get; init; } = [];

    /// <summary>Where it is counted what has been used (<c>store</c>).</summary>
    public LimitStoreKind Store { get; init; }

    /// <summary>The Redis server, where it is counted there (<c>redis</c>); <see langword="null"/> for that of the sessions. A secret.</summary>
    public string? RedisUrl { get; init; }

    /// <summary>What becomes of limits while that store does not answer (<c>on_store_failure</c>).</summary>
    public StoreFailure OnStoreFailure { get; init; }

    /// <summary>How long a store may take to answer (<c>store_timeout</c>), 5 ms to 5 s; then it counts as gone for this request.</summary>
    public TimeSpan StoreTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long what a gateway set aside stays so when it is no longer there to give it back (<c>lease</c>), 2 s to 1 hour. Requests that run longer renew it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether models without a price may be asked although a budget would count them (<c>unknown_price: allow</c>).</summary>
    public bool AllowsUnknownPrice { get; init; }

    /// <summary>With which status a request is refused that no budget covers (<c>budget_status</c>): 429 or 402.</summary>
    public int BudgetStatus { get; init; } = StatusCodes.Status429TooManyRequests;

    /// <summary>The gateway's keys: those of the configuration, then those of <see cref="KeysFile"/>.</summary>
    public IReadOnlyList<GatewayKeyConfig> Keys { get; init; } = [];

    /// <summary>Whether clients have keys; a file of keys counts although it is empty.</summary>
    public bool HasKeys => Keys.Count > 0 || KeysFile is not null;

    /// <summary>Whether there is anything to govern beside who comes from where.</summary>
    public bool IsOn => HasKeys || Limits.Count > 0;

    /// <summary>Who may ask without a key.</summary>
    public AnonymousAccess AnonymousInForce => Anonymous ?? (HasKeys ? AnonymousAccess.Refuse : AnonymousAccess.Loopback);
}

/// <summary>Who may ask without a key (<c>governance.anonymous</c>).</summary>
public enum AnonymousAccess
{
    /// <summary>Clients of this machine that come to a loopback address, not by way of a proxy.</summary>
    [ConfigName("loopback")]
    Loopback,

    /// <summary>Whoever reaches the port.</summary>
    [ConfigName("allow")]
    Allow,

    /// <summary>Nobody.</summary>
    [ConfigName("refuse")]
    Refuse,
}

/// <summary>Where it is counted what has been used (<c>governance.store</c>).</summary>
public enum LimitStoreKind
{
    /// <summary>In this process: each gateway counts for itself.</summary>
    [ConfigName("memory")]
    Memory,

    /// <summary>In a Redis server, whose gateways share every limit.</summary>
    [ConfigName("redis")]
    Redis,
}

/// <summary>What becomes of limits while their store does not answer (<c>governance.on_store_failure</c>).</summary>
public enum StoreFailure
{
    /// <summary>Each gateway counts for itself, up to its share of what is left.</summary>
    [ConfigName("local")]
    Local,

    /// <summary>Nothing is refused; what is used is counted when the store is back.</summary>
    [ConfigName("open")]
    Open,

    /// <summary>Whatever a limit concerns is refused.</summary>
    [ConfigName("closed")]
    Closed,
}

/// <summary>A key of the gateway's (<c>governance.keys[]</c>). The secret itself is nowhere.</summary>
/// <param name="Id">Names it in answers, logs, metrics and limits; part of the secret.</param>
/// <param name="Hash">SHA-256 of the secret, 64 hex digits in lower case.</param>
public sealed record GatewayKeyConfig(string Id, string Hash)
{
    /// <summary>The models that it opens: <c>provider/model</c>, <c>provider/*</c>, or <c>route:NAME</c>; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Its labels; limits and the log of requests go by them.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When it ends; <see langword="null"/> for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Limits that are this key's, by their ids.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Whether it opens nothing (any more).</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Whether it stands in the file that <c>modelscan key</c> writes, and not in the configuration.</summary>
    public bool IsFromFile { get; init; }
}
