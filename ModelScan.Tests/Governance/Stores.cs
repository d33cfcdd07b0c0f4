using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.Governance.Limits.Redis;
using ModelScan.Tests.Decisions.Sessions.Redis;

namespace ModelScan.Tests.Governance;

/// <summary>Stores of limits, and what to ask of them.</summary>
internal static class Stores
{
    /// <summary>A store in a Redis server.</summary>
    public static RedisLimitStore Redis(RedisServer server, StoreFailure onFailure = StoreFailure.Local, int leaseSeconds = 90, TimeProvider? time = null) => new(
        new GovernanceConfig { Store = LimitStoreKind.Redis, RedisUrl = $"redis://127.0.0.1:{server.Port}", OnStoreFailure = onFailure, Lease = TimeSpan.FromSeconds(leaseSeconds), StoreTimeout = TimeSpan.FromSeconds(2) },
        time ?? TimeProvider.System, new Random(1), NullLogger.Instance);

    /// <summary>A limit of requests, so that amounts are whole numbers.</summary>
    public static Limit Limit(double amount, string window = "day", LimitMode mode = LimitMode.Hard, string id = "l") =>
        new(new LimitConfig(id, LimitKind.Requests, amount) { Window = window.StartsWith("rolling", StringComparison.Ordinal) ? new WindowConfig(WindowUnit.Rolling) { Length = TimeSpan.FromMinutes(1) } : new WindowConfig(ConfigNames<WindowUnit>.Find(window)!.Value), Mode = mode }, isOfKeys: false);

    /// <summary>A limit of what is used at the same time.</summary>
    public static Limit Parallel(double amount) => new(new LimitConfig("p", LimitKind.Parallel, amount), isOfKeys: false);

    /// <summary>A claim of everybody's.</summary>
    public static LimitClaim Claim(Limit limit, long amount, string subject = "all") => new(limit, subject, amount);

    /// <summary>What is used and set aside of the first.</summary>
    public static (long Used, long Held) Of(LimitUse[] uses) => (uses[0].Used, uses[0].Held);
}
