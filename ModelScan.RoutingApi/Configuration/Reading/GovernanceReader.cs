namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>governance</c>.</summary>
internal static class GovernanceReader
{
    // One that is shorter can be guessed in time.
    private const int ShortAdminKey = 16;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLease = TimeSpan.FromHours(1);

    /// <summary>Reads it.</summary>
    /// <param name="root">The file.</param>
    /// <param name="config">What has been read of it so far: its models, and where sessions are kept.</param>
    /// <param name="rateLimits">Plano's limits.</param>
    public static GovernanceConfig Read(ConfigMap root, RoutingConfig config, IReadOnlyList<LimitConfig> rateLimits)
    {
        if (root.Map("governance") is not { } map)
            return rateLimits.Count == 0 ? GovernanceConfig.Default : new GovernanceConfig { Limits = rateLimits };
        var names = new ModelNames(config.Providers, config.Aliases);
        var governance = ReadSection(map, model => names.Find(model) is null);
        if (governance is { Store: LimitStoreKind.Redis, RedisUrl: null })
        {
            governance = governance with { RedisUrl = config.Session.Store == SessionStoreKind.Redis ? config.Session.RedisUrl : null };
            if (governance.RedisUrl is null)
                map.Error("redis", "is required for store: redis, where routing.session_cache names no Redis either: redis://host:6379");
        }

        governance = governance with { Limits = [.. governance.Limits, .. rateLimits] };
        GovernanceCheck.Limits(map, governance.Keys, governance);
        return governance;
    }

    private static GovernanceConfig ReadSection(ConfigMap map, Func<string, bool> unknown)
    {
        var config = new GovernanceConfig
        {
            Anonymous = map.Choice<AnonymousAccess>("anonymous"),
            AdminKey = ReadAdminKey(map),
            ClosesMetrics = map.OneOf("metrics", "open", "admin") == "admin",
            KeysFile = map.Value("keys_file") is { Length: > 0 } file ? file : null,
            Limits = LimitReader.Read(map, unknown),
            Store = map.Choice<LimitStoreKind>("store") ?? default,
            RedisUrl = ReadRedis(map),
            OnStoreFailure = map.Choice<StoreFailure>("on_store_failure") ?? default,
            StoreTimeout = Between(map, "store_timeout", ShortestTimeout, LongestTimeout) ?? GovernanceConfig.Default.StoreTimeout,
            Lease = Between(map, "lease", ShortestLease, LongestLease) ?? GovernanceConfig.Default.Lease,
            AllowsUnknownPrice = map.OneOf("unknown_price", "refuse", "allow") == "allow",
            BudgetStatus = map.OneOf("budget_status", "429", "402") == "402" ? StatusCodes.Status402PaymentRequired : StatusCodes.Status429TooManyRequests,
            Keys = GatewayKeyReader.Read(map, isFromFile: false, new HashSet<string>(StringComparer.Ordinal)),
        };
        map.RefuseOtherKeys();
        return config;
    }

    private static TimeSpan? Between(ConfigMap map, string key, TimeSpan shortest, TimeSpan longest)
    {
        if (map.Duration(key) is not { } duration)
            return null;
        if (duration < shortest || duration > longest)
            map.Error(key, $"must be from {Quantities.Describe(shortest)} to {Quantities.Describe(longest)}");
        return duration;
    }

    private static string? ReadRedis(ConfigMap map)
    {
        if (map.Value("redis") is not { Length: > 0 } text)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0 || url.Port is 0 || (url.AbsolutePath.Trim('/') is { Length: > 0 } database && !database.All(char.IsAsciiDigit)))
            map.Error("redis", "must be redis://[user:password@]host[:port][/database], or rediss:// for TLS");
        return text;
    }

    private static string? ReadAdminKey(ConfigMap map)
    {
        if (map.Value("admin_key") is not { Length: > 0 } key)
            return null;
        if (key.Length < ShortAdminKey)
            map.Notice("admin_key", $"has fewer than {ShortAdminKey} characters: it can be guessed");
        return key;
    }
}
