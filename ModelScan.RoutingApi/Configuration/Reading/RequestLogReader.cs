using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>request_log</c>.</summary>
internal static class RequestLogReader
{
    private const int LeastBody = 1 << 10;
    private const int MostBody = 16 << 20;
    private const long LeastBytes = 16L << 20;

    public static RequestLogConfig Read(ConfigMap root)
    {
        if (root.Map("request_log") is not { } map)
            return new RequestLogConfig();
        var store = map.OneOf("store", "sqlite", "postgres", "none") switch
        {
            "postgres" => RequestLogStore.Postgres,
            "none" => RequestLogStore.None,
            _ => RequestLogStore.Sqlite,
        };
        var inputs = map.OneOf("decision_inputs", "none", "text", "vectors");
        var config = new RequestLogConfig
        {
            Store = store,
            Path = map.Value("path") is { Length: > 0 } path ? path : null,
            ConnectionString = map.Value("connection_string"),
            Bodies = map.OneOf("bodies", "none", "errors", "all") switch { "errors" => KeptBodies.Errors, "all" => KeptBodies.All, _ => KeptBodies.None },
            BodyLimit = ReadBodyLimit(map),
            Redact = ReadPatterns(map),
            KeepsDecisionInputs = inputs is "text" or "vectors",
            KeepsVectors = inputs == "vectors",
            AdminKey = map.Value("admin_key") is { Length: > 0 } key ? key : null,
        };
        if (store == RequestLogStore.Postgres && string.IsNullOrWhiteSpace(config.ConnectionString))
            map.Error("connection_string", "is required for postgres");
        if (map.Map("retention") is { } retention)
        {
            config = config with { MaxAge = RoutingSectionReader.Positive(retention, "age", config.MaxAge, Quantities.LongestAge), MaxBytes = ReadMaxBytes(retention, config.MaxBytes) };
            retention.RefuseOtherKeys();
        }

        map.RefuseOtherKeys();
        return config;
    }

    private static int ReadBodyLimit(ConfigMap map)
    {
        if (map.Size("body_limit") is not { } size)
            return new RequestLogConfig().BodyLimit;
        if (size is < LeastBody or > MostBody)
            map.Error("body_limit", "must be from 1KB to 16MB");
        return (int)Math.Clamp(size, LeastBody, MostBody);
    }

    private static long ReadMaxBytes(ConfigMap retention, long otherwise)
    {
        if (retention.Size("size") is not { } size)
            return otherwise;
        if (size < LeastBytes)
            retention.Error("size", "must be at least 16MB");
        return size;
    }

    private static IReadOnlyList<string> ReadPatterns(ConfigMap map)
    {
        var patterns = map.Texts("redact");
        for (var i = 0; i < patterns.Count; i++)
        {
            try
            {
                // In time proportional to the text, whatever it holds: without look-around and references back.
                if (patterns[i].Length == 0 || new Regex(patterns[i], RegexOptions.NonBacktracking).IsMatch(""))
                    map.Error("redact", $"[{i}] fits anything, even nothing");
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                map.Error("redact", $"[{i}] '{patterns[i]}' is no regular expression that can be used: {exception.Message}");
            }
        }

        return patterns;
    }
}
