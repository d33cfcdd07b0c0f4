using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Makes the store that a configuration asks for.</summary>
internal sealed class RequestStoreFactory(ILogger<RequestStoreFactory> logger)
{
    // Retention works in steps: what comes faster than it goes ends here, as a disk that is full.
    private const int MostOverLimit = 2;

    /// <summary>Most bytes of a SQLite file; <see langword="null"/> for twice what retention leaves.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>The store, not yet open; <see langword="null"/> for none.</summary>
    public IRequestStore? Create(RequestLogConfig config) => config.Store switch
    {
        RequestLogStore.Sqlite => new SqliteRequestStore(config.Path ?? RequestLogConfig.DefaultPath, logger, MaxFileBytes ?? config.MaxBytes * MostOverLimit),
        RequestLogStore.Postgres => new PostgresRequestStore(config.ConnectionString!),
        _ => null,
    };

    /// <summary>Whether two configurations mean the same store, with the same bounds.</summary>
    public static bool IsSame(RequestLogConfig one, RequestLogConfig other) =>
        one.Store == other.Store && one.Path == other.Path && one.ConnectionString == other.ConnectionString
        && (one.Store != RequestLogStore.Sqlite || one.MaxBytes == other.MaxBytes);
}
