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
            Retention = Within(map, "retention", otherwise.Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)),
            MaxResponses = map.Whole("max_responses", 1, MostResponses) ?? otherwise.MaxResponses,
            MaxSize = Size(map, "max_size", otherwise.MaxSize, 64 << 10, 1L << 40),
            MaxResponseSize = Size(map, "max_response_size", otherwise.MaxResponseSize, 1 << 10, 64L << 20),
            Timeout = Within(map, "timeout", otherwise.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
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

    private static TimeSpan Within(ConfigMap map, string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (map.Duration(key) is not { } given)
            return otherwise;
        if (given >= least && given <= most)
            return given;
        map.Error(key, "is too short or too long");
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
