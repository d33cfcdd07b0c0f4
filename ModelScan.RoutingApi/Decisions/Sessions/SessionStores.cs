using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>Every session store. To add one: its name in <see cref="SessionStoreKind"/>, its folder with a <see cref="SessionStoreType"/>, and its line here.</summary>
internal static class SessionStores
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SessionStoreType> All { get; } = [MemorySessionStore.Type, RedisSessionStore.Type];

    /// <summary>The one that a configuration names.</summary>
    public static SessionStoreType Of(SessionConfig config) => All.First(type => type.Kind == config.Store);
}

/// <summary>A kind of session store (<c>routing.session_cache.type</c>).</summary>
/// <param name="Kind">The kind, which bears its name.</param>
/// <param name="AddressOf">Where its bindings lie; where that changes, another store is opened. <see langword="null"/> for in this process.</param>
/// <param name="Open">Opens a store; throws <see cref="FormatException"/> where the configuration has no valid address.</param>
internal sealed record SessionStoreType(SessionStoreKind Kind, Func<SessionConfig, string?> AddressOf, Func<SessionConfig, SessionStoreServices, ISessionStore> Open);

/// <summary>What stores are made of.</summary>
/// <param name="Time">The clock by which bindings expire.</param>
/// <param name="Random">Chance for the pauses between attempts to connect.</param>
/// <param name="Metrics">Counts reads and writes.</param>
/// <param name="Loggers">Makes loggers.</param>
internal sealed record SessionStoreServices(TimeProvider Time, Random Random, SessionMetrics Metrics, ILoggerFactory Loggers);
