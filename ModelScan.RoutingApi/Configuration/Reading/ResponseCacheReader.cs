namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>response_cache</c>.</summary>
internal static class ResponseCacheReader
{
    /// <summary>Reads it; <see langword="null"/> where there is none, or it is off.</summary>
    public static ResponseCacheConfig? Read(ConfigMap root)
    {
        if (root.Map("response_cache") is not { } map)
            return null;
        var otherwise = new ResponseCacheConfig();
        var config = new ResponseCacheConfig
        {
            Requests = map.Choice<CachedRequests>("requests") ?? default,
            MaxAge = map.Age("max_age") ?? otherwise.MaxAge,
            MaxSize = Size(map, "max_size", otherwise.MaxSize, 1 << 20, 64L << 30),
            MaxAnswerSize = Size(map, "max_answer_size", otherwise.MaxAnswerSize, 1 << 10, 64L << 20),
        };
        var enabled = map.Flag("enabled") ?? true;
        map.RefuseOtherKeys();
        return enabled ? config : null;
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
