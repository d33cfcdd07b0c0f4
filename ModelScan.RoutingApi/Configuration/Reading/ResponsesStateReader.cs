namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>responses_state</c>, and <c>state_storage</c>, which is what Plano calls it.</summary>
internal static class ResponsesStateReader
{
    private const int MostResponses = 100_000_000;

    // A database holds more than a process should.
    private const int ResponsesOfDatabases = 1_000_000;
    private const long SizeOfDatabases = 10L << 30;

    public static ResponsesStateConfig Read(ConfigMap root)
    {
        var own = root.Map("responses_state");
        var planos = root.Map("state_storage");
        if (own is not null && planos is not null)
            root.Error("state_storage", "is Plano's spelling of responses_state; give only one of the two");
        return own is not null ? ReadOwn(own) : planos is not null ? ReadPlanos(planos) : new ResponsesStateConfig();
    }

    private static ResponsesStateConfig ReadOwn(ConfigMap map)
    {
        var otherwise = Defaults(map.OneOf("store", "memory", "sqlite", "postgres", "none") switch
        {
            "sqlite" => ResponseStoreKind.Sqlite,
            "postgres" => ResponseStoreKind.Postgres,
            "none" => ResponseStoreKind.None,
            _ => ResponseStoreKind.Memory,
        });
        var config = otherwise with
        {
            Path = map.Value("path"),
            ConnectionString = map.Value("connection_string"),
            Retention = map.Age("retention") ?? otherwise.Retention,
            MaxResponses = map.Whole("max_responses", 1, MostResponses) ?? otherwise.MaxResponses,
            MaxSize = Size(map, "max_size", otherwise.MaxSize, 64 << 10, 1L << 40),
            MaxResponseSize = Size(map, "max_response_size", otherwise.MaxResponseSize, 1 << 10, 64L << 20),
            Timeout = Timeout(map, otherwise.Timeout),
        };
        if (config.Store == ResponseStoreKind.Sqlite && string.IsNullOrWhiteSpace(config.Path))
            map.Error("path", "is required for sqlite");
        RequireConnection(map, config);
        map.RefuseOtherKeys();
        return config;
    }

    private static ResponsesStateConfig ReadPlanos(ConfigMap map)
    {
        var type = map.OneOf("type", "memory", "postgres");
        if (type is null && !map.Has("type"))
            map.Error("type", "is required: memory or postgres");
        var config = Defaults(type == "postgres" ? ResponseStoreKind.Postgres : ResponseStoreKind.Memory) with { ConnectionString = map.Value("connection_string") };
        RequireConnection(map, config);
        map.RefuseOtherKeys();
        return config;
    }

    private static ResponsesStateConfig Defaults(ResponseStoreKind store) => store is ResponseStoreKind.Sqlite or ResponseStoreKind.Postgres
        ? new ResponsesStateConfig { Store = store, MaxResponses = ResponsesOfDatabases, MaxSize = SizeOfDatabases }
        : new ResponsesStateConfig { Store = store };

    private static void RequireConnection(ConfigMap map, ResponsesStateConfig config)
    {
        if (config.Store == ResponseStoreKind.Postgres && string.IsNullOrWhiteSpace(config.ConnectionString))
            map.Error("connection_string", "is required for postgres");
    }

    private static TimeSpan Timeout(ConfigMap map, TimeSpan otherwise)
    {
        if (map.Duration("timeout") is not { } given)
            return otherwise;
        if (given >= TimeSpan.FromMilliseconds(1) && given <= TimeSpan.FromMinutes(1))
            return given;
        map.Error("timeout", "must be from 1ms to 1m");
        return otherwise;
    }

    private static long Size(ConfigMap map, string key, long otherwise, long least, long most)
    {
        if (map.Size(key) is not { } given)
            return otherwise;
        if (given >= least && given <= most)
            return given;
        map.Error(key, $"must be from {least} to {most} bytes");
        return otherwise;
    }
}
