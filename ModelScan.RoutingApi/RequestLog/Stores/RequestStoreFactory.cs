using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Makes the store that a configuration asks for.</summary>
internal sealed class RequestStoreFactory(ILogger<RequestStoreFactory> logger)
{
    /// <summary>The store, not yet open; <see langword="null"/> for none.</summary>
    public IRequestStore? Create(RequestLogConfig config) => config.Store switch
    {
        RequestLogStore.Sqlite => new SqliteRequestStore(config.Path ?? RequestLogConfig.DefaultPath, logger),
        RequestLogStore.Postgres => new PostgresRequestStore(config.ConnectionString!),
        _ => null,
    };

    /// <summary>Whether two configurations mean the same store.</summary>
    public static bool IsSame(RequestLogConfig one, RequestLogConfig other) =>
        one.Store == other.Store && one.Path == other.Path && one.ConnectionString == other.ConnectionString;
}
